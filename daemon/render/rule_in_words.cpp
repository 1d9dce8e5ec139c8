#include "daemon/render/rule_in_words.h"

namespace jobledger::daemon::render {
namespace {

using ledger::Cause;
using ledger::EventKind;

/// Of an event that nothing but its command caused.
std::string_view rule_of_kind(EventKind kind) {
  switch (kind) {
    case EventKind::job_submitted:
      return "a job without children is queued, one with children waits for them";
    case EventKind::job_claimed:
      return "a queued job that a worker claims is rendered by it";
    case EventKind::job_finished:
      return "a job is finished when its worker says so";
    case EventKind::job_failed:
      return "a job ends in error when its worker says so";
    default:
      return "it was asked for";
  }
}

std::string_view rule_of_undo(EventKind kind) {
  switch (kind) {
    case EventKind::job_reinstated:
      return "an undo gives each job of a cascade back the status that it had";
    case EventKind::stop_withdrawn:
      return "an undo withdraws the stops that are not carried out yet";
    case EventKind::stop_requested:
      return "the undo of an undo asks the workers to stop again";
    default:
      return "the undo of an undo cancels again";
  }
}

std::string_view rule_of_lease(EventKind kind) {
  switch (kind) {
    case EventKind::job_cancelled:
      return "a job that was asked to stop is cancelled when its lease ends";
    case EventKind::job_failed:
      return "a job whose leases end too often ends in error";
    default:
      return "a job whose lease ends without a report is queued again";
  }
}

/// Of a relative that a cancel met while it was rendering, with running=stop.
std::string_view rule_of_stop(Cause cause) {
  switch (cause) {
    case Cause::parent:
      return "children of a cancelled job that are rendering are asked to stop with it";
    case Cause::child:
      return "the parent of a cancelled job is asked to stop if it is rendering";
    case Cause::sibling:
      return "siblings of a cancelled job that are rendering are asked to stop with it";
    case Cause::batch:
      return "each top-level job of a cancelled batch that is rendering is asked to stop";
    default:
      return "a rendering job that a cancel names with running=stop is asked to stop";
  }
}

}  // namespace

std::string_view rule_in_words(const ledger::Event& event) {
  switch (event.cause) {
    case Cause::none:
      return rule_of_kind(event.kind);
    case Cause::undo:
      return rule_of_undo(event.kind);
    case Cause::lease_ended:
      return rule_of_lease(event.kind);
    case Cause::stopped:
      return "a job that was asked to stop is cancelled when its worker has stopped";
    case Cause::child_finished:
      return "a parent that waits is queued when the last of its children has finished";
    case Cause::child_failed:
      return event.kind == EventKind::job_failed
                 ? "a parent that waits ends in error when one of its children does"
                 : "siblings of a job that ended in error are cancelled if they still wait";
    default:
      break;
  }
  if (event.kind == EventKind::stop_requested) return rule_of_stop(event.cause);
  switch (event.cause) {
    case Cause::parent:
      return "children of a cancelled job that still wait are cancelled too";
    case Cause::child:
      return "a parent that still waits is cancelled with a child of it, since it can no longer be "
             "resolved";
    case Cause::sibling:
      return "siblings of a cancelled job that still wait are cancelled too";
    case Cause::batch:
      return "each top-level job of a cancelled batch that still waits is cancelled";
    default:
      return "a job that waits is cancelled when a cancel names it";
  }
}

}  // namespace jobledger::daemon::render
