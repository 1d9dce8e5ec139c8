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
  /// In the order given. The log is read entry by entry, whatever that order is.
  std::vector<JobRecord> read_all(const std::vector<ledger::JobNumber>& jobs);
  std::optional<BatchRecord> find_batch(std::string_view team, ledger::BatchId id);

  std::uint64_t version() const { return version_; }

 private:
  /// Where in the log a text of the record is.
  struct Place {
    enum class Of : std::uint8_t { nothing, reason, error, reported_url, submitted_url };
    Of of = Of::nothing;
    std::uint64_t entry = 0;
    std::uint32_t place = 0;
  };
  /// What the memory has, and where the rest is.
  struct Facts {
    JobRecord record;
    Place text;
    /// Of a run that is over by now: its end, from which the progress is followed back.
    std::optional<Change> run_end;
    std::uint64_t claim_entry = 0;
  };
  Facts facts(ledger::JobNumber job) const;
  static Place text_place(ledger::JobStatus status, const Change& last, const Change& created);
  void note_progress(Facts& facts, const Change& claim) const;
  void fill_progress(Facts& facts);
  void fill_text(Facts& facts);
  const std::string& reason_of(std::uint64_t entry);

  const State& state_;
  LogReader& log_;
  std::uint64_t version_;
  /// Of the cancel that was asked for last: the jobs of a cascade share it.
  struct Reason {
    std::uint64_t entry;
    std::string text;
  };
  std::optional<Reason> reason_;
};

}  // namespace jobledger::projections
