#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "projections/log_reader.h"
#include "projections/state.h"

namespace jobledger::projections {

/// One step on the way from a job's status back to the command behind it.
struct Link {
  std::uint64_t entry = 0;
  ledger::Event event;
  /// The job that pulled this one in, within the entry: the next link's.
  std::optional<ledger::JobId> via;
};

/// The newest `most` of some entries, and how many older ones there are.
struct NewestEntries {
  std::vector<std::uint64_t> entries;  ///< oldest first
  std::size_t older = 0;
};

/// Why a job is as it is, at a version. Entries are named by their indexes.
struct Explanation {
  ledger::JobId id;
  ledger::JobStatus status = ledger::JobStatus::none;
  /// From the event that gave it its status on, through the relatives that pulled it in, and from
  /// an entry that carried out or took back another to that one, to a job that was asked for.
  std::vector<Link> chain;
  bool chain_is_whole = true;          ///< false if it is longer than what is followed
  std::optional<std::uint64_t> claim;  ///< the last one
  bool stopping = false;               ///< it is rendering and was asked to stop

  struct Child {
    ledger::JobId id;
    ledger::JobStatus status;
  };
  std::vector<Child> waits_for;  ///< of a pending job: the first children that have not finished
  std::uint32_t waits_for_more = 0;  ///< and how many more

  /// Earlier cancels of it, stops, ends of leases, and undos of these.
  struct Turn {
    std::uint64_t entry;
    ledger::JobStatus status;  ///< that it gave
    enum class What : std::uint8_t { cancelled, reinstated, stop, stop_withdrawn, requeued } what;
  };
  std::vector<Turn> before;  ///< oldest first
  std::size_t before_older = 0;

  NewestEntries late_reports;      ///< of workers that had lost the job, refused
  NewestEntries refused_attempts;  ///< to cancel it, claim it, or undo what was done to it
};

/// The job existed at the version.
Explanation explain(const State& state, LogReader& log, ledger::JobNumber job,
                    std::uint64_t version);

}  // namespace jobledger::projections
