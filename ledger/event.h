#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ledger/assert.h"
#include "ledger/command.h"
#include "ledger/ids.h"
#include "ledger/status.h"

namespace jobledger::ledger {

/// What happened, past tense. The numbers are stored: never change one, only add.
enum class EventKind : std::uint8_t {
  job_submitted = 0,
  batch_submitted = 1,
  job_cancelled = 2,
  cancel_skipped = 3,  ///< a cascade visited the job and left it alone
  job_claimed = 4,
  job_progressed = 5,
  job_finished = 6,
  job_failed = 7,
  job_unblocked = 8,  ///< the last child of a waiting parent finished
  job_requeued = 9,   ///< its lease ended
  token_created = 10,
  token_revoked = 11,
  stop_requested = 12,  ///< a cancel met a job that was rendering: its worker is to stop
  stop_withdrawn = 13,  ///< that cancel was undone before the worker stopped
  job_reinstated = 14,  ///< the cancel was undone
  key_rotated = 15,
  ledger_restored = 16,  ///< from a backup
  ledger_cut = 17,       ///< by a repair
  webhook_created = 18,
  webhook_deleted = 19,
};
inline constexpr std::uint8_t kEventKinds = 20;

std::string_view name_of(EventKind kind);

/// Whether it gives a job a status, or tells its worker to stop or to go on: what job graphs keep.
constexpr bool changes_job(EventKind kind) {
  switch (kind) {
    case EventKind::batch_submitted:
    case EventKind::cancel_skipped:
    case EventKind::job_progressed:
    case EventKind::token_created:
    case EventKind::token_revoked:
    case EventKind::key_rotated:
    case EventKind::ledger_restored:
    case EventKind::ledger_cut:
    case EventKind::webhook_created:
    case EventKind::webhook_deleted:
      return false;
    case EventKind::job_submitted:
    case EventKind::job_cancelled:
    case EventKind::job_claimed:
    case EventKind::job_finished:
    case EventKind::job_failed:
    case EventKind::job_unblocked:
    case EventKind::job_requeued:
    case EventKind::stop_requested:
    case EventKind::stop_withdrawn:
    case EventKind::job_reinstated:
      return true;
  }
  return false;
}

/// Why a job was drawn into an entry: what the job that pulled it in is to it. Stored numbers.
enum class Cause : std::uint8_t {
  none = 0,
  requested = 1,     ///< named in the request
  parent = 2,        ///< its parent was cancelled
  child = 3,         ///< a child of it was cancelled
  sibling = 4,       ///< a sibling was cancelled
  batch = 5,         ///< it is a top-level job of the cancelled batch
  child_failed = 6,  ///< a child of it, or of its parent, ended in error
  child_finished = 7,
  lease_ended = 8,
  stopped = 9,  ///< its worker stopped, as a cancel had asked
  undo = 10,    ///< an earlier entry was undone
};
inline constexpr std::uint8_t kCauses = 11;

std::string_view name_of(Cause cause);

/// A place in an entry's list of events.
inline constexpr std::uint32_t kNoPlace = 0xffff'ffff;

struct SubmissionDetail {
  std::string template_id;
  std::string output_url;  ///< empty: our own address of the output
  std::vector<std::string> tags;
  std::int32_t priority = 0;
  std::uint32_t total_assets = 0;
  Sha256 payload_hash{};  ///< SHA-256(salt of the entry, id of the job, payload)
  std::optional<BatchId> batch;
  std::uint32_t batch_index = 0;

  bool operator==(const SubmissionDetail&) const = default;
};

struct BatchDetail {
  std::uint32_t total = 0;
  std::vector<BatchItemError> errors;

  bool operator==(const BatchDetail&) const = default;
};

struct ClaimDetail {
  LeaseId lease;
  std::uint32_t lease_seconds = 0;  ///< or kEndlessLease

  bool operator==(const ClaimDetail&) const = default;
};

/// Where an earlier progress of the same run stands: the log is followed back through these, so
/// memory need not keep them.
struct ProgressLink {
  std::uint32_t progress = 0;
  std::uint64_t entry = 0;  ///< the claim's if there was no report yet

  bool operator==(const ProgressLink&) const = default;
};

struct ProgressDetail {
  std::uint32_t progress = 0;
  ProgressLink previous;

  bool operator==(const ProgressDetail&) const = default;
};

/// The end of a run, or of a job without one.
struct EndDetail {
  std::string output_url;  ///< what the worker reported
  std::string error;
  std::optional<ProgressLink> progress;  ///< the last of the run, if the job was rendering

  bool operator==(const EndDetail&) const = default;
};

struct TokenDetail {
  std::string team;
  std::string name;
  Scopes scopes;
  Sha256 hash{};
  std::optional<TimeMs> expires;
  std::uint32_t confirm_above = 0;  ///< see Actor

  bool operator==(const TokenDetail&) const = default;
};

/// Verifier keys (signed_note.h).
struct KeyDetail {
  std::string before;
  std::string after;

  bool operator==(const KeyDetail&) const = default;
};

struct WebhookDetail {
  std::string url;
  WebhookEvents events;

  bool operator==(const WebhookDetail&) const = default;
};

using Detail = std::variant<SubmissionDetail, BatchDetail, ClaimDetail, ProgressDetail, EndDetail,
                            TokenDetail, KeyDetail, Restoration, Cut, WebhookDetail>;

/// A fact. Small and flat, since a cascade has thousands of them; what only some kinds carry is
/// in `detail`.
struct Event {
  EventKind kind = EventKind::job_submitted;
  Cause cause = Cause::none;
  JobStatus before = JobStatus::none;
  JobStatus after = JobStatus::none;
  JobNumber number = kNoJob;
  std::uint32_t via = kNoPlace;  ///< the event of the job that pulled this one in; of a child's
                                 ///< JobSubmitted, that of its parent
  Ulid subject;                  ///< the job, batch, token, key, restoration, cut or webhook
  std::shared_ptr<const Detail> detail;

  template <typename T>
  const T& as() const {
    JL_ASSERT(detail && std::holds_alternative<T>(*detail));
    return std::get<T>(*detail);
  }
  template <typename T>
  const T* as_if() const {
    return detail ? std::get_if<T>(detail.get()) : nullptr;
  }
};

bool operator==(const Event& a, const Event& b);

template <typename T>
std::shared_ptr<const Detail> make_detail(T detail) {
  return std::make_shared<const Detail>(std::move(detail));
}

}  // namespace jobledger::ledger
