#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/actor.h"
#include "ledger/command.h"
#include "ledger/event.h"
#include "ledger/refusal.h"
#include "ledger/rules.h"
#include "ledger/time.h"

namespace jobledger::ledger {

/// A repeat of a command is known by its key; the fingerprint tells a repeat from a reuse.
struct Idempotency {
  std::string key;
  Sha256 fingerprint{};  ///< of method, path, query and the bytes of the body
  TimeMs expires = 0;    ///< set by the writer

  bool operator==(const Idempotency&) const = default;
};

/// What a command comes with, beside itself.
struct Envelope {
  Actor actor;
  std::string request_id;
  std::string traceparent;
  std::string reason;
  std::optional<Idempotency> idempotency;

  bool operator==(const Envelope&) const = default;
};

/// The command as an entry keeps it. Bodies are payloads, and what a submission asked for is said
/// by its events, so only the rest is here.
struct CommandRecord {
  CommandKind kind = CommandKind::submit_job;
  std::vector<Ulid> subjects;  ///< the jobs, the batch or the token named; of an accepted
                               ///< CancelJobs they are the first `requested` events instead
  std::uint32_t requested = 0;
  std::vector<std::string> impossible;
  std::vector<std::string> tags;  ///< of a claim
  Ulid lease;                     ///< of a report
  std::uint32_t number = 0;       ///< progress reported, lease seconds asked for, jobs in a batch
  /// Of a submission its uid; of a report that was accepted its timings, since the event has the
  /// rest, and of one that was refused the output URL or the error.
  std::string text;
  std::optional<std::uint64_t> entry;  ///< the one to be undone, or whose stop this carries out
  std::optional<std::uint64_t> plan;   ///< the version of the plan that a cancel confirmed
  bool stop_running = false;           ///< of a cancel

  /// The entry that asked for the stop that this one carries out.
  std::optional<std::uint64_t> stop_entry() const {
    return kind == CommandKind::undo_cancel ? std::nullopt : entry;
  }

  bool operator==(const CommandRecord&) const = default;
};

/// The immutable record of one command: a leaf of the hash tree.
struct Entry {
  std::uint64_t index = 0;
  TimeMs time = 0;
  Salt salt{};  ///< so that nobody can confirm a guess of the content from its public leaf
  std::uint16_t rules_version = kRulesVersion;
  Rules rules;
  Envelope envelope;
  CommandRecord command;
  std::optional<Refusal> refusal;  ///< of a refused command, which has no events
  std::vector<Event> events;

  bool accepted() const { return !refusal.has_value(); }
  bool operator==(const Entry&) const = default;
};

}  // namespace jobledger::ledger
