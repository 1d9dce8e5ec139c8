#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <limits>
#include <vector>

#include "ledger/event.h"
#include "ledger/job_view.h"

namespace jobledger::ledger {

/// The closure of a cancel (contract, part 2, points 3 and 4), appended to a list of events.
///
/// A cancelled job visits its parent, then its siblings in creation order, then its children in
/// creation order. A visited job that waits is cancelled and visits in turn, breadth first; any
/// other is recorded as skipped and not visited from. Each job is judged once, on the state before.
class Cascade {
 public:
  struct Manner {
    /// A job that is rendering, and was not asked to stop before, is asked to; it visits like one
    /// that is cancelled.
    bool stop_running = false;
    /// Jobs that are left alone are not recorded.
    bool silent_skips = false;
    /// It spreads no further once it has taken more jobs than that: it is too large anyway.
    std::uint64_t enough = std::numeric_limits<std::uint64_t>::max();
  };

  Cascade(const CascadeView& view, std::vector<Event>& events, Manner manner)
      : view_(view), events_(events), manner_(manner) {}

  /// Cancels the job, or records that it was left alone, unless it was visited before.
  void visit(JobNumber job, Cause cause, std::uint32_t via);
  /// Asks the job, which is rendering, to stop, unless it was visited before.
  void request_stop(JobNumber job, Cause cause, std::uint32_t via);
  /// The job has an event of its own already; no visit touches it.
  void leave(JobNumber job) { visited_.insert(job); }
  /// Visits the other children of the job's parent.
  void visit_siblings(const JobFacts& job, Cause cause, std::uint32_t via);
  /// From here on.
  void skip_silently(bool silent) { manner_.silent_skips = silent; }
  /// Visits from every job cancelled, or asked to stop, so far and from those that this cancels.
  void spread();

 private:
  EventKind outcome_for(const JobFacts& job) const;
  void add(const JobFacts& job, EventKind kind, Cause cause, std::uint32_t via);
  void visit_from(std::uint32_t place);

  const CascadeView& view_;
  std::vector<Event>& events_;
  Manner manner_;
  std::uint64_t taken_ = 0;  ///< cancelled or asked to stop
  std::uint32_t next_ = 0;   ///< the first event not visited from
  boost::unordered_flat_set<JobNumber> visited_;
  boost::unordered_flat_set<JobNumber> swept_;  ///< parents all of whose children were visited
};

}  // namespace jobledger::ledger
