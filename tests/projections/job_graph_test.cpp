// The fold over the whole matrix of status and event, those included that no decision gives: it is
// total, the status is what the event says, and everything kept beside it follows.

#include "projections/job_graph.h"

#include <catch2/catch.hpp>

#include "tests/support/folding.h"

namespace jobledger::tests {
namespace {

using ledger::Event;
using ledger::EventKind;
using ledger::JobNumber;
using ledger::JobStatus;
using projections::State;

constexpr JobNumber kParent = 0;
constexpr JobNumber kJob = 1;  ///< a child of it, which every event is about

const std::vector<JobStatus> kStatuses = {JobStatus::queued,    JobStatus::pending,
                                          JobStatus::rendering, JobStatus::finished,
                                          JobStatus::error,     JobStatus::manually_cancelled};

Event submitted(JobNumber job, JobStatus status, std::uint32_t via = ledger::kNoPlace) {
  Event event;
  event.kind = EventKind::job_submitted;
  event.after = status;
  event.number = job;
  event.via = via;
  event.subject = {1, 100 + job};
  ledger::SubmissionDetail detail;
  detail.template_id = "T";
  detail.tags = {"gpu"};
  event.detail = ledger::make_detail<ledger::Detail>(detail);
  return event;
}

JobStatus status_after(EventKind kind, JobStatus before) {
  switch (kind) {
    case EventKind::job_cancelled:
      return JobStatus::manually_cancelled;
    case EventKind::job_claimed:
      return JobStatus::rendering;
    case EventKind::job_finished:
      return JobStatus::finished;
    case EventKind::job_failed:
      return JobStatus::error;
    case EventKind::job_unblocked:
    case EventKind::job_requeued:
    case EventKind::job_reinstated:
      return JobStatus::queued;
    default:
      return before;
  }
}

Event event_of(EventKind kind, JobStatus before) {
  Event event;
  event.kind = kind;
  event.before = before;
  event.after = status_after(kind, before);
  event.number = kJob;
  event.subject = {1, 100 + kJob};
  if (kind == EventKind::job_claimed) {
    event.detail = ledger::make_detail<ledger::Detail>(ledger::ClaimDetail{{5, 5}, 60});
  } else if (kind == EventKind::job_progressed) {
    event.detail = ledger::make_detail<ledger::Detail>(ledger::ProgressDetail{40, {0, 1}});
  } else if (kind == EventKind::job_finished || kind == EventKind::job_failed ||
             kind == EventKind::job_requeued) {
    event.detail = ledger::make_detail<ledger::Detail>(ledger::EndDetail{{}, "why", {{30, 1}}});
  }
  return event;
}

/// A parent and its child, the child brought to the status by the shortest way.
void bring(State& state, JobStatus status) {
  JobStatus first = status == JobStatus::pending ? status : JobStatus::queued;
  state.fold(entry_of({submitted(kParent, JobStatus::pending), submitted(kJob, first, 0)}, 0));
  auto then = [&](EventKind kind) {
    JobStatus before = state.graph().last_change(kJob).status;
    state.fold(entry_of({event_of(kind, before)}, state.folded()));
  };
  bool ran =
      status == JobStatus::rendering || status == JobStatus::finished || status == JobStatus::error;
  if (ran) then(EventKind::job_claimed);
  if (status == JobStatus::finished) then(EventKind::job_finished);
  if (status == JobStatus::error) then(EventKind::job_failed);
  if (status == JobStatus::manually_cancelled) then(EventKind::job_cancelled);
}

void check_what_follows(const State& state, JobStatus status) {
  const projections::JobGraph& graph = state.graph();
  CHECK(graph.last_change(kJob).status == status);
  CHECK(graph.status_at(kJob, state.folded()) == status);
  CHECK((graph.queue("acme")->first() == kJob) == (status == JobStatus::queued));
  CHECK(state.jobs().next_queued("acme", {"gpu"}).has_value() == (status == JobStatus::queued));
  CHECK(state.jobs().run(kJob).has_value() == (status == JobStatus::rendering));
  CHECK(graph.unfinished_children(kParent) == (status == JobStatus::finished ? 0U : 1U));
}

TEST_CASE("a job is what its submission says") {
  for (JobStatus status : {JobStatus::queued, JobStatus::pending}) {
    State state;
    bring(state, status);
    check_what_follows(state, status);
    CHECK(state.graph().row(kJob).parent == kParent);
    CHECK(state.graph().row(kParent).first_child == kJob);
    CHECK(state.graph().row(kParent).child_count == 1);
    CHECK(state.graph().job_count(0) == 0);
    CHECK(state.graph().job_count(1) == 2);
    CHECK_FALSE(state.graph().find("acme", {1, 101}, 0));
    CHECK_FALSE(state.graph().find("other", {1, 101}, 1));
    CHECK(state.graph().find("acme", {1, 101}, 1) == kJob);
  }
}

TEST_CASE("the fold is total over every status and kind of event") {
  for (JobStatus before : kStatuses) {
    for (EventKind kind :
         {EventKind::job_cancelled, EventKind::cancel_skipped, EventKind::job_claimed,
          EventKind::job_progressed, EventKind::job_finished, EventKind::job_failed,
          EventKind::job_unblocked, EventKind::job_requeued, EventKind::stop_requested,
          EventKind::stop_withdrawn, EventKind::job_reinstated}) {
      INFO(name_of(kind) << " of a job that is " << name_of(before));
      State state;
      bring(state, before);
      check_what_follows(state, before);
      std::uint64_t version = state.folded();
      state.fold(entry_of({event_of(kind, before)}, version));
      check_what_follows(state, status_after(kind, before));
      CHECK(state.graph().status_at(kJob, version) == before);
      CHECK(state.graph().last_change(kParent).status == JobStatus::pending);
    }
  }
}

TEST_CASE("events of batches and tokens leave the jobs of every status alone") {
  for (JobStatus before : kStatuses) {
    State state;
    bring(state, before);
    Event batch;
    batch.kind = EventKind::batch_submitted;
    batch.subject = {9, 9};
    batch.detail = ledger::make_detail<ledger::Detail>(ledger::BatchDetail{3, {}});
    Event token;
    token.kind = EventKind::token_created;
    token.subject = {8, 8};
    token.detail = ledger::make_detail<ledger::Detail>(ledger::TokenDetail{});
    Event revoked = token;
    revoked.kind = EventKind::token_revoked;
    revoked.detail.reset();
    for (const Event& event : {batch, token, revoked}) {
      state.fold(entry_of({event}, state.folded()));
      check_what_follows(state, before);
    }
    CHECK(state.graph().find_batch("acme", {9, 9}, state.folded()));
    CHECK(state.tokens().find({8, 8})->revoked_entry == state.folded() - 1);
  }
}

TEST_CASE("progress stands with the end of a run, and starts over with the next") {
  struct Row {
    EventKind end;
    std::uint8_t progress;
  };
  for (Row row : {Row{EventKind::job_finished, 100}, Row{EventKind::job_failed, 30},
                  Row{EventKind::job_requeued, 0}}) {
    State state;
    bring(state, JobStatus::rendering);
    state.fold(entry_of({event_of(EventKind::job_progressed, JobStatus::rendering)}, 2));
    CHECK(state.jobs().run(kJob)->progress.progress == 40);
    CHECK(state.jobs().run(kJob)->progress.entry == 2);
    state.fold(entry_of({event_of(row.end, JobStatus::rendering)}, 3));
    CHECK(state.graph().last_change(kJob).progress == row.progress);
  }
}

TEST_CASE("the changes of a job are told newest first, as of a version") {
  State state;
  bring(state, JobStatus::finished);
  auto changes = state.graph().changes_of(kJob, 3);
  REQUIRE(changes.size() == 3);
  CHECK(changes[0].status == JobStatus::finished);
  CHECK(changes[1].status == JobStatus::rendering);
  CHECK(changes[2].status == JobStatus::queued);
  CHECK(changes[2].place == 1);
  CHECK(state.graph().changes_of(kJob, 2).size() == 2);
  CHECK(state.graph().changes_of(kJob, 0).empty());
}

}  // namespace
}  // namespace jobledger::tests
