#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ledger/actor.h"
#include "ledger/ids.h"
#include "ledger/status.h"
#include "ledger/webhook.h"

namespace jobledger::ledger {

using Sha256 = std::array<std::uint8_t, 32>;

/// A job as asked for, with the children declared inside it. Checked for form by whoever made it:
/// depth and size of the tree are within the limits.
struct JobSpec {
  std::string template_id;  ///< empty for a joined job
  std::string output_url;   ///< `upload.outputUrl`, or empty
  std::vector<std::string> tags;
  std::int32_t priority = 0;  ///< tags and priority as they hold, after inheritance
  std::uint32_t total_assets = 0;
  /// The job's own body within the body of the request: [begin, begin + length).
  std::size_t body_begin = 0;
  std::size_t body_length = 0;
  std::vector<JobSpec> children;
};

/// The longest name of a job, in bytes.
inline constexpr std::size_t kMaxUid = 64;
/// Whether it can name a job: 1 to kMaxUid of `A-Z a-z 0-9 _ -`.
bool is_uid(std::string_view text);

struct SubmitJob {
  JobSpec job;
  bool joined = false;  ///< asked for by /jobs/join
  /// A name of the job within its team beside its id, of at most kMaxUid bytes; empty: it has none.
  std::string uid{};
};

/// One job of a batch that cannot be created, and why.
struct BatchItemError {
  std::uint32_t index = 0;
  std::string code;
  std::string message;

  bool operator==(const BatchItemError&) const = default;
};

struct BatchItem {
  std::uint32_t index = 0;  ///< place in the request
  JobSpec job;
};

struct SubmitBatch {
  std::uint32_t total = 0;
  std::vector<BatchItem> items;
  std::vector<BatchItemError> errors;
};

struct CancelOptions {
  /// Jobs that are rendering are asked to stop, instead of being left alone.
  bool stop_running = false;
  /// Only if it would do what it would have done at this version, to jobs that have not changed.
  std::optional<std::uint64_t> plan;
};

/// One job or a list of them, all or nothing.
struct CancelJobs {
  std::vector<JobId> jobs;  ///< unique, in the order of the request
  /// Well formed ids beyond 128 bits (see Ulid::parse): no job can have one, so each is unknown.
  std::vector<std::string> impossible;
  /// The places of those in the list of the request; the other places are those of `jobs`.
  std::vector<std::uint32_t> impossible_places;
  bool single = false;  ///< asked for as one job by its path
  CancelOptions options{};
};

struct CancelBatch {
  BatchId batch;
  std::string impossible;  ///< as above, instead of `batch`
  CancelOptions options{};
};

/// The length of a lease that has no end: of workers that give no sign of life.
inline constexpr std::uint32_t kEndlessLease = 0xffff'ffff;

struct ClaimJob {
  std::vector<std::string> tags;    ///< any overlap; empty takes any job
  std::optional<JobId> job;         ///< only this one
  std::string impossible;           ///< as above, instead of `job`
  std::uint32_t lease_seconds = 0;  ///< 0: the default of the rules; or kEndlessLease
};

/// The reports of a worker on a job it holds a lease on.
struct ReportProgress {
  JobId job;
  LeaseId lease;
  std::uint32_t progress = 0;  ///< 0..100
};

struct FinishJob {
  JobId job;
  LeaseId lease;
  std::string output_url;
  std::string timings{};  ///< of the run, as its worker measured them: a JSON object, or empty
};

struct FailJob {
  JobId job;
  LeaseId lease;
  std::string error;
  std::string timings{};
};

/// The worker has stopped, as it was asked to.
struct ReportStopped {
  JobId job;
  LeaseId lease;
};

/// What an earlier entry did to a job, as far as it can be undone.
struct Undoable {
  enum class What : std::uint8_t { cancelled, stop_requested, reinstated, stop_withdrawn };
  What what = What::cancelled;
  JobStatus before = JobStatus::none;
  JobNumber job = kNoJob;
  std::uint64_t entry = 0;  ///< that did it: the one to be undone, or one that carried out its stop
};

/// Takes a cascade back, or takes that back.
struct UndoCancel {
  std::uint64_t entry = 0;
  bool known = false;          ///< there is such an entry of the team
  std::vector<Undoable> jobs;  ///< in the order of the events; of what has none to undo, empty
};

/// The system's own: no heartbeat came within the lease.
struct ExpireLease {
  JobId job;
  LeaseId lease;
};

struct CreateToken {
  std::string team;
  std::string name;
  Scopes scopes;
  Sha256 hash{};  ///< of the token; the token itself is never stored
  std::optional<TimeMs> expires;
  std::uint32_t confirm_above = 0;  ///< see Actor
};

struct RevokeToken {
  TokenId token;
};

/// From here on checkpoints are signed by another key; both are verifier keys (signed_note.h).
struct RotateKey {
  std::string before;
  std::string after;
};

/// Where a ledger was restored from.
struct Restoration {
  std::string backup;         ///< its name
  TimeMs taken = 0;           ///< when that was
  std::string origin;         ///< of the ledger that the backup is of
  std::uint64_t version = 0;  ///< of that ledger, up to which this one goes
  Sha256 root{};              ///< the root hash of that ledger at this version

  bool operator==(const Restoration&) const = default;
};

/// What follows in the ledger that the backup was made of is not in this one.
struct RestoreLedger {
  Restoration from;
};

/// What a repair put aside.
struct Cut {
  std::uint64_t version = 0;  ///< that the ledger was cut to
  Sha256 root{};              ///< the root hash at this version
  std::uint64_t entries = 0;  ///< put aside, as far as they could be counted
  std::uint64_t bytes = 0;    ///< put aside
  std::string damage;         ///< that was the reason
  std::string put_aside;      ///< where that is

  bool operator==(const Cut&) const = default;
};

/// What followed is no longer in the ledger.
struct CutLedger {
  Cut cut;
};

/// From here on the team is told of these events at this address.
struct CreateWebhook {
  std::string url;
  WebhookEvents events;
};

struct DeleteWebhook {
  WebhookId webhook;
};

using Command =
    std::variant<SubmitJob, SubmitBatch, CancelJobs, CancelBatch, ClaimJob, ReportProgress,
                 FinishJob, FailJob, ExpireLease, CreateToken, RevokeToken, ReportStopped,
                 UndoCancel, RotateKey, RestoreLedger, CutLedger, CreateWebhook, DeleteWebhook>;

/// The stored kind of a command: never change a number, only add.
enum class CommandKind : std::uint8_t {
  submit_job = 0,
  join_jobs = 1,
  submit_batch = 2,
  cancel_job = 3,
  cancel_jobs = 4,
  cancel_batch = 5,
  claim_job = 6,
  report_progress = 7,
  finish_job = 8,
  fail_job = 9,
  expire_lease = 10,
  create_token = 11,
  revoke_token = 12,
  report_stopped = 13,
  undo_cancel = 14,
  rotate_key = 15,
  restore_ledger = 16,
  cut_ledger = 17,
  create_webhook = 18,
  delete_webhook = 19,
};
inline constexpr std::uint8_t kCommandKinds = 20;

CommandKind kind_of(const Command& command);

/// `SubmitJob`, `CancelJobs`, …: the type of an entry on the wire.
std::string_view name_of(CommandKind kind);
std::optional<CommandKind> command_kind_named(std::string_view name);

}  // namespace jobledger::ledger
