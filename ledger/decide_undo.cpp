#include <boost/unordered/unordered_flat_map.hpp>

#include "ledger/cascade.h"
#include "ledger/decide.h"
#include "ledger/reports.h"

namespace jobledger::ledger {
namespace {

using What = Undoable::What;

Offender offender_of(const JobFacts& job, std::string note = {}) {
  return {job.id.text(), job.status, job.status_entry, kNotInList, std::move(note), {}};
}

/// A worker that was to stop was quicker: its job ended by itself, and there is nothing to undo.
bool ended_first(const JobFacts& job) {
  return job.status == JobStatus::finished || job.status == JobStatus::error;
}

/// Whether the job is still as that left it.
bool still_stands(const JobFacts& job, const Undoable& done) {
  switch (done.what) {
    case What::cancelled:
      return job.status == JobStatus::manually_cancelled && job.status_entry == done.entry;
    case What::stop_requested:
      return job.stopping() && *job.stop_entry == done.entry;
    case What::reinstated:
      return is_cancellable(job.status) && job.status_entry == done.entry;
    case What::stop_withdrawn:
      return job.status == JobStatus::rendering && job.status_entry == done.entry;
  }
  return false;
}

bool is_of_stop(const Undoable& done) {
  return done.what == What::stop_requested || done.what == What::stop_withdrawn;
}

/// Takes one cascade back.
class Undo {
 public:
  Undo(const JobView& view, const UndoCancel& command) : view_(view), command_(command) {
    for (const Undoable& done : command_.jobs) {
      if (done.what == What::cancelled) targets_[done.job] = target_of(done);
    }
  }

  Decision decide() {
    sort_out();
    if (moved_on_.empty() && standing_.empty()) {
      for (const Undoable& done : command_.jobs) moved_on_.push_back(offender(done));
    }
    if (!moved_on_.empty()) return refuse(RefusalCode::moved_on, std::move(moved_on_));
    for (const Undoable& done : standing_) settle(done);
    if (!unresolvable_.empty()) return refuse(RefusalCode::unresolvable, std::move(unresolvable_));
    add_events();
    return std::move(decision_);
  }

 private:
  /// A job that stopped has lost its worker: it waits for another.
  static JobStatus target_of(const Undoable& done) {
    return done.before == JobStatus::rendering ? JobStatus::queued : done.before;
  }

  Offender offender(const Undoable& done) const { return offender_of(view_.facts(done.job)); }

  void sort_out() {
    for (const Undoable& done : command_.jobs) {
      JobFacts job = view_.facts(done.job);
      if (still_stands(job, done)) {
        standing_.push_back(done);
      } else if (!is_of_stop(done)) {
        moved_on_.push_back(offender_of(job));
      } else if (!ended_first(job) && !targets_.contains(done.job)) {
        moved_on_.push_back(offender_of(job));
      }
    }
  }

  /// A parent must be able to go on: none of its children may have ended otherwise than finished;
  /// if all have finished, it waits for none of them any more.
  void settle(const Undoable& done) {
    if (done.what != What::cancelled || targets_[done.job] != JobStatus::pending) return;
    JobFacts parent = view_.facts(done.job);
    bool all_finished = true;
    for (std::uint32_t i = 0; i < parent.child_count; ++i) {
      JobFacts child = view_.facts(parent.first_child + i);
      if (targets_.contains(child.number)) {
        all_finished = false;
        continue;
      }
      if (child.status == JobStatus::finished) continue;
      all_finished = false;
      if (is_final(child.status)) {
        unresolvable_.push_back(
            offender_of(child, "its parent " + parent.id.text() + " would wait for it for ever"));
      }
    }
    if (all_finished) targets_[done.job] = JobStatus::queued;
  }

  void add_events() {
    Cascade again(view_, decision_.events, {.silent_skips = true});
    bool cancels = false;
    for (const Undoable& done : standing_) {
      JobFacts job = view_.facts(done.job);
      switch (done.what) {
        case What::cancelled:
          add(event_of(EventKind::job_reinstated, job, targets_[done.job], Cause::undo));
          break;
        case What::stop_requested:
          add(event_of(EventKind::stop_withdrawn, job, job.status, Cause::undo));
          break;
        case What::reinstated:
          again.visit(done.job, Cause::undo, kNoPlace);
          cancels = true;
          break;
        case What::stop_withdrawn:
          again.request_stop(done.job, Cause::undo, kNoPlace);
          cancels = true;
          break;
      }
    }
    // What has come to wait beside them since would be half a cancelled tree.
    if (cancels) again.spread();
  }

  void add(Event event) { decision_.events.push_back(std::move(event)); }

  const JobView& view_;
  const UndoCancel& command_;
  boost::unordered_flat_map<JobNumber, JobStatus> targets_;  ///< of the jobs to be reinstated
  std::vector<Undoable> standing_;
  std::vector<Offender> moved_on_;
  std::vector<Offender> unresolvable_;
  Decision decision_;
};

}  // namespace

Decision decide_undo(const JobView& view, const UndoCancel& command, const DecideContext&) {
  std::string id = std::to_string(command.entry);
  if (!command.known) {
    return refuse(RefusalCode::cancellation_not_found, {{id, {}, {}, kNotInList, {}, {}}});
  }
  if (command.jobs.empty()) {
    return refuse(RefusalCode::nothing_to_undo, {{id, {}, {}, kNotInList, {}, {}}});
  }
  return Undo(view, command).decide();
}

}  // namespace jobledger::ledger
