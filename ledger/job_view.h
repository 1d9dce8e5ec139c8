#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/event.h"
#include "ledger/ids.h"
#include "ledger/status.h"

namespace jobledger::ledger {

struct JobFacts {
  JobId id;
  JobNumber number = kNoJob;
  JobNumber parent = kNoJob;
  JobNumber first_child = kNoJob;  ///< children are [first_child, first_child + child_count)
  std::uint32_t child_count = 0;
  JobStatus status = JobStatus::none;
  std::uint64_t status_entry = 0;  ///< the entry that gave it this status
  /// The entry that asked its worker to stop: of a rendering job that has not stopped yet, or of
  /// one that was cancelled by stopping.
  std::optional<std::uint64_t> stop_entry = std::nullopt;

  bool stopping() const { return status == JobStatus::rendering && stop_entry.has_value(); }
};

/// A job being rendered.
struct Run {
  LeaseId lease;
  std::uint32_t lease_seconds = 0;
  ProgressLink progress;  ///< the last one recorded; at first 0 and the claim's entry
};

struct BatchFacts {
  JobNumber first = kNoJob;  ///< top-level jobs are [first, first + count)
  std::uint32_t count = 0;
};

struct TokenFacts {
  TokenDetail detail;
  bool revoked = false;
};

struct WebhookFacts {
  WebhookDetail detail;
  bool deleted = false;
};

enum class ReportKind : std::uint8_t { progress = 0, finish = 1, fail = 2, stopped = 3 };

/// The questions that a cancel asks of the state, which may be that of any version. Numbers it
/// gives are valid arguments; anything else asserts.
class CascadeView {
 public:
  virtual ~CascadeView() = default;

  /// Jobs of other teams are unknown.
  virtual std::optional<JobNumber> find_job(std::string_view team, JobId id) const = 0;
  virtual JobFacts facts(JobNumber job) const = 0;
  virtual std::optional<BatchFacts> find_batch(std::string_view team, BatchId id) const = 0;
  /// The same of an earlier version.
  virtual std::unique_ptr<CascadeView> as_of(std::uint64_t version) const = 0;
};

/// The questions `decide` asks of the state: that of the writer's head, after every entry decided
/// so far.
class JobView : public CascadeView {
 public:
  virtual JobNumber job_count() const = 0;
  /// The job that is known by this name in the team: by its uid, or else by its id.
  virtual std::optional<JobNumber> find_named(std::string_view team,
                                              std::string_view name) const = 0;
  /// Children that have not finished yet.
  virtual std::uint32_t unfinished_children(JobNumber job) const = 0;
  /// How many leases of the job have ended without a report of its end.
  virtual std::uint32_t ended_leases(JobNumber job) const = 0;
  /// nullopt unless the job is rendering.
  virtual std::optional<Run> run(JobNumber job) const = 0;
  /// Highest priority, then oldest, among the queued with any of the tags (all if there are none).
  virtual std::optional<JobNumber> next_queued(std::string_view team,
                                               const std::vector<std::string>& tags) const = 0;
  /// True if a late report of this kind under this lease has been recorded.
  virtual bool late_report_recorded(JobNumber job, LeaseId lease, ReportKind kind) const = 0;
  virtual std::optional<TokenFacts> find_token(TokenId id) const = 0;
  /// Webhooks of other teams are unknown.
  virtual std::optional<WebhookFacts> find_webhook(std::string_view team, WebhookId id) const = 0;
  /// How many webhooks the team has that are not deleted.
  virtual std::size_t live_webhooks(std::string_view team) const = 0;
};

}  // namespace jobledger::ledger
