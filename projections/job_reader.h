#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/ids.h"
#include "ledger/status.h"
#include "ledger/time.h"
#include "projections/log_reader.h"
#include "projections/state.h"

namespace jobledger::projections {

/// A job as it was at a version, with the texts from the log.
struct JobRecord {
  ledger::JobId id;
  ledger::JobNumber number = ledger::kNoJob;
  std::string template_id;  ///< empty: none
  ledger::JobStatus status = ledger::JobStatus::none;
  std::uint32_t progress = 0;
  ledger::TimeMs created_at = 0;
  ledger::TimeMs updated_at = 0;
  std::optional<ledger::TimeMs> started_at;
  std::optional<ledger::TimeMs> finished_at;
  std::optional<ledger::TimeMs> error_at;
  std::uint32_t total_assets = 0;
  std::optional<std::string> error;
  /// What the worker reported, or the submission set; empty: our own address of the output.
  std::string output_url;
  bool own_output_url = false;  ///< true if `output_url` is to be our own address
};

struct BatchRecord {
  ledger::BatchId id;
  std::uint32_t total = 0;
  ledger::TimeMs created_at = 0;
  struct Item {
    std::uint32_t index;  ///< place in the request
    JobRecord job;
  };
  std::vector<Item> jobs;  ///< the top-level ones
};

/// Reads jobs as of a version.
class JobReader {
 public:
  JobReader(const State& state, LogReader& log, std::uint64_t version)
      : state_(state), log_(log), version_(version) {}

  std::optional<JobRecord> find(std::string_view team, ledger::JobId id);
  /// The job existed then.
  JobRecord read(ledger::JobNumber job);
  std::vector<JobRecord> read_all(const std::vector<ledger::JobNumber>& jobs);
  std::optional<BatchRecord> find_batch(std::string_view team, ledger::BatchId id);

  std::uint64_t version() const { return version_; }

 private:
  /// What the memory has; `fill` adds what only the log has.
  struct Facts {
    JobRecord record;
    JobRow row;
    Change created;
    Change last;
    /// While rendering: the newest progress known at or after the version, to be followed back.
    ledger::ProgressLink progress;
    std::uint64_t next_entry =
        0;  ///< of the change that ended the run, if progress is to be had there
    std::uint32_t next_place = 0;
    bool run_ended = false;
  };
  Facts facts(ledger::JobNumber job) const;
  JobRecord fill(Facts facts);
  ledger::ProgressLink progress_then(const Facts& facts);
  std::string error_text(const Facts& facts);

  const State& state_;
  LogReader& log_;
  std::uint64_t version_;
};

}  // namespace jobledger::projections
