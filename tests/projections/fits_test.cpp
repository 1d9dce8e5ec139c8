#include "projections/fits.h"

#include <catch2/catch.hpp>

#include "tests/support/folding.h"
#include "tests/support/history_run.h"

namespace jobledger::tests {
namespace {

using ledger::Entry;
using ledger::Event;
using ledger::EventKind;
using ledger::JobStatus;
using projections::fits;

/// Changes the detail of an event, which is of that type.
template <typename T>
void edit(Event& event, const std::function<void(T&)>& change) {
  T detail = event.as<T>();
  change(detail);
  event.detail = ledger::make_detail<ledger::Detail>(std::move(detail));
}

struct Case {
  std::string lines;  ///< the last of them makes the entry, which fits as it is
  std::function<void(Entry&)> change;
  std::string said;
};

void check(const Case& one) {
  INFO(one.lines << " -> " << one.said);
  LedgerFixture ledger;
  ledger.run(one.lines);
  std::uint64_t last = ledger.state().version() - 1;
  auto before = fold_up_to(ledger.store(), last);
  Entry entry = ledger.entry(last);
  REQUIRE(fits(*before, entry));
  one.change(entry);
  ledger::Status fitting = fits(*before, entry);
  REQUIRE_FALSE(fitting);
  CHECK_THAT(fitting.error().message, Catch::Contains(one.said));
}

auto at(std::size_t place, const std::function<void(Event&)>& change) {
  return [=](Entry& entry) { change(entry.events.at(place)); };
}

}  // namespace

TEST_CASE("an entry fits where nothing is amiss with it, at every version of random histories") {
  for (std::uint64_t seed = seed_or(70), last = seed + 4; seed < last; ++seed) {
    HistoryRun run(seed);
    run.steps(200);
    projections::State state;
    for (std::uint64_t index = 0; index < run.state().version(); ++index) {
      Entry entry = run.ledger().entry(index);
      INFO("TEST_SEED=" << seed << " entry " << index);
      ledger::Status fitting = fits(state, entry);
      INFO((fitting ? "" : fitting.error().message));
      REQUIRE(fitting);
      state.fold_stored(entry);
      REQUIRE_FALSE(fits(state, entry));  // it is there
    }
  }
}

TEST_CASE("an entry that is not as the writer makes it does not fit") {
  auto submit = "submit x; submit p(a b)";
  for (const Case& one : std::vector<Case>{
           {submit, [](Entry& e) { e.index = 0; }, "not the entry that comes next"},
           {submit, [](Entry& e) { e.refusal.emplace(); }, "is refused, and yet has events"},
       }) {
    check(one);
  }
}

TEST_CASE("a submission that does not fit is found") {
  auto submit = "submit x; submit p(a(c) b)";  // places: p 0, a 1, b 2, c 3
  auto batch = "submit x; batch B y z(c)";     // places: B 0, y 1, z 2, c 3
  using Detail = ledger::SubmissionDetail;
  for (const Case& one : std::vector<Case>{
           {submit, at(0, [](Event& e) { e.number = 1'000'000; }), "number is not the next"},
           {submit, at(1, [](Event& e) { e.number = 1; }), "number is not the next"},
           {submit, at(1, [](Event& e) { e.number = ledger::kNoJob; }), "not the next"},
           {submit, at(0, [](Event& e) { e.before = JobStatus::queued; }), "this status"},
           {submit, at(0, [](Event& e) { e.after = JobStatus::rendering; }), "this status"},
           {submit, at(0, [](Event& e) { e.after = JobStatus::none; }), "this status"},
           {submit, at(0, [](Event& e) { e.detail = nullptr; }), "detail is not of its kind"},
           {submit, at(1, [](Event& e) { e.via = 1; }), "no earlier event of a job"},
           {submit, at(1, [](Event& e) { e.via = 3; }), "no earlier event of a job"},
           {submit, at(1, [](Event& e) { e.via = 9'999; }), "no earlier event of a job"},
           {submit,
            [](Entry& e) {
              e.events[2].via = 1;
              e.events[3].via = 0;
            },
            "beside its siblings"},
           {submit, at(2, [](Event& e) { e.via = ledger::kNoPlace; }), "beside its siblings"},
           {submit, [](Entry& e) { e.events[1].subject = e.events[2].subject; }, "job of this id"},
           {submit,
            at(3,
               [](Event& e) { edit<Detail>(e, [](Detail& d) { d.batch = d.batch.emplace(); }); }),
            "its batch is not submitted with it"},
           {batch, at(1, [](Event& e) { e.via = 0; }), "no earlier event of a job"},
           {batch, at(2, [](Event& e) { edit<Detail>(e, [](Detail& d) { ++d.batch->low; }); }),
            "its batch is not submitted with it"},
           {batch, at(1, [](Event& e) { edit<Detail>(e, [](Detail& d) { d.batch.reset(); }); }),
            "does not stand with its batch"},
           {batch,
            [](Entry& e) {
              edit<Detail>(e.events[3], [&](Detail& d) { d.batch = e.events[0].subject; });
            },
            "does not stand with its batch"},
           {batch, at(0, [](Event& e) { e.number = 0; }), "about no job"},
           {batch, at(0, [](Event& e) { e.after = JobStatus::queued; }), "about no job"},
           {batch, [](Entry& e) { e.events.insert(e.events.begin() + 1, e.events[0]); },
            "not the first event"},
       }) {
    check(one);
  }
}

TEST_CASE("a job or a batch that is there already does not fit") {
  LedgerFixture ledger;
  ledger.run("submit x; batch B y; submit z");
  Entry batch = ledger.entry(1);
  batch.index = 3;
  ledger::Status fitting = fits(ledger.state(), batch);
  REQUIRE_FALSE(fitting);
  CHECK_THAT(fitting.error().message, Catch::Contains("there is a batch of this id"));
  Entry job = ledger.entry(2);
  job.index = 3;
  job.events[0].number = 3;
  fitting = fits(ledger.state(), job);
  REQUIRE_FALSE(fitting);
  CHECK_THAT(fitting.error().message, Catch::Contains("there is a job of this id"));
}

TEST_CASE("a change of a job that does not fit is found") {
  auto cancel = "submit p(a b); submit x; cancel p";
  auto claim = "submit p(a b); submit x; claim a";
  auto progress = "submit x; claim x; progress x 40; progress x 60";
  auto finish = "submit x; claim x; progress x 40; finish x URL";
  auto fail = "submit p(a b); claim a; fail a broken";
  using ledger::EndDetail;
  using ledger::ProgressDetail;
  for (const Case& one : std::vector<Case>{
           {cancel, at(0, [](Event& e) { e.number = 1'000'000; }), "no job of this number"},
           {cancel, at(0, [](Event& e) { e.number = 4; }), "no job of this number"},
           {cancel, at(0, [](Event& e) { e.number = ledger::kNoJob; }), "no job of this number"},
           {cancel, at(0, [](Event& e) { e.number = 3; }), "job of this number is another"},
           {cancel, at(0, [](Event& e) { ++e.subject.low; }), "job of this number is another"},
           {cancel, at(0, [](Event& e) { e.before = JobStatus::queued; }), "another status before"},
           {cancel, at(0, [](Event& e) { e.before = JobStatus::none; }), "another status before"},
           {cancel, at(0, [](Event& e) { e.after = JobStatus::finished; }), "in this way"},
           {cancel, at(0, [](Event& e) { e.after = JobStatus::none; }), "in this way"},
           {cancel, at(0, [](Event& e) { e.kind = EventKind::cancel_skipped; }), "in this way"},
           {cancel, at(0, [](Event& e) { e.kind = EventKind::job_unblocked; }), "in this way"},
           {cancel, at(0, [](Event& e) { e.kind = EventKind::job_claimed; }), "not of its kind"},
           {cancel, at(0, [](Event& e) { e.kind = EventKind::job_submitted; }), "not of its kind"},
           {cancel, at(1, [](Event& e) { e.via = 2; }), "no earlier event of a job"},
           {cancel, [](Entry& e) { e.events.push_back(e.events[0]); }, "another of this job"},
           {cancel,
            [](Entry& e) { e.events[1].detail = ledger::make_detail<ledger::Detail>(EndDetail{}); },
            "not of its kind"},
           {claim, at(0, [](Event& e) { e.detail = nullptr; }), "not of its kind"},
           {progress, at(0, [](Event& e) { e.kind = EventKind::job_claimed; }), "not of its kind"},
           {progress,
            at(0, [](Event& e) { edit<ProgressDetail>(e, [](auto& d) { d.progress = 101; }); }),
            "beyond 100"},
           {progress,
            at(0, [](Event& e) { edit<ProgressDetail>(e, [](auto& d) { d.previous.entry = 3; }); }),
            "last progress of the run was another"},
           {progress,
            at(0,
               [](Event& e) { edit<ProgressDetail>(e, [](auto& d) { ++d.previous.progress; }); }),
            "last progress of the run was another"},
           {finish,
            at(0, [](Event& e) { edit<EndDetail>(e, [](auto& d) { d.progress->entry = 0; }); }),
            "last progress of the run was another"},
           {finish,
            at(0, [](Event& e) { edit<EndDetail>(e, [](auto& d) { d.progress.reset(); }); }),
            "last progress of the run was another"},
           {fail,
            at(1, [](Event& e) { edit<EndDetail>(e, [](auto& d) { d.progress.emplace(); }); }),
            "last progress of the run was another"},
       }) {
    check(one);
  }
}

TEST_CASE("a stop or an undo that does not fit is found") {
  auto stop = "submit p(a b); claim a; stop a";  // a 0, p 1, b 2
  auto stopped = "submit x; claim x; progress x 40; stop x; stopped x";
  auto withdraw = "submit p(a b); claim a; stop a; undo 2";  // a 0, p 1, b 2
  auto undo = "submit p(a b); claim a; cancel p; undo 2";    // p 0, b 1
  using ledger::EndDetail;
  auto with_end = [](Event& e) { e.detail = ledger::make_detail<ledger::Detail>(EndDetail{}); };
  for (const Case& one : std::vector<Case>{
           {stop, at(0, [](Event& e) { e.after = JobStatus::manually_cancelled; }), "in this way"},
           {stop, at(0, [](Event& e) { e.number = 2; }), "job of this number is another"},
           {stop, at(0, with_end), "not of its kind"},
           {stop, at(1, [](Event& e) { e.kind = EventKind::stop_requested; }), "in this way"},
           {stop, [](Entry& e) { e.events.push_back(e.events[0]); }, "another of this job"},
           {stop,
            [](Entry& e) {
              e.events = {e.events[0]};
              e.events[0].before = e.events[0].after = JobStatus::queued;
            },
            "another status before"},
           {stopped, at(0, [](Event& e) { e.detail = nullptr; }), "not of its kind"},
           {stopped,
            at(0, [](Event& e) { edit<EndDetail>(e, [](auto& d) { d.progress.reset(); }); }),
            "last progress of the run was another"},
           {stopped,
            at(0, [](Event& e) { edit<EndDetail>(e, [](auto& d) { d.progress->progress = 41; }); }),
            "last progress of the run was another"},
           {withdraw, at(0, [](Event& e) { e.after = JobStatus::queued; }), "in this way"},
           {withdraw, at(0, with_end), "not of its kind"},
           {withdraw, at(1, [](Event& e) { e.kind = EventKind::stop_withdrawn; }), "in this way"},
           {undo, at(0, [](Event& e) { e.after = JobStatus::rendering; }), "in this way"},
           {undo, at(0, [](Event& e) { e.after = JobStatus::finished; }), "in this way"},
           {undo, at(0, [](Event& e) { e.before = JobStatus::error; }), "another status before"},
           {undo, at(1, with_end), "not of its kind"},
           {undo, [](Entry& e) { e.events.push_back(e.events[0]); }, "another of this job"},
       }) {
    check(one);
  }
}

TEST_CASE("an entry is about earlier ones alone") {
  for (const Case& one : std::vector<Case>{
           {"submit x; cancel x; undo 1", [](Entry& e) { e.command.entry = 2; }, "not before it"},
           {"submit x; cancel x; undo 1", [](Entry& e) { e.command.entry = ~0ull; },
            "not before it"},
           {"submit x; claim x; stop x; stopped x", [](Entry& e) { e.command.entry = 3; },
            "not before it"},
       }) {
    check(one);
  }
}

TEST_CASE("a token that does not fit is found") {
  auto create = "token S; token T";
  auto revoke = "token S; revoke S";
  for (const Case& one : std::vector<Case>{
           {create, at(0, [](Event& e) { e.detail = nullptr; }), "not of its kind"},
           {create, at(0, [](Event& e) { e.after = JobStatus::queued; }), "about no job"},
           {create, [](Entry& e) { e.events.push_back(e.events[0]); }, "not the first event"},
           {revoke, at(0, [](Event& e) { ++e.subject.low; }), "no such token"},
       }) {
    check(one);
  }
  LedgerFixture ledger;
  ledger.run("token S; revoke S");
  for (std::uint64_t index : {0, 1}) {
    Entry again = ledger.entry(index);
    again.index = 2;
    CHECK_FALSE(fits(ledger.state(), again));
  }
}

TEST_CASE("a webhook that does not fit is found") {
  auto create = "hook H; hook I";
  auto remove = "hook H; unhook H";
  for (const Case& one : std::vector<Case>{
           {create, at(0, [](Event& e) { e.detail = nullptr; }), "not of its kind"},
           {create, at(0, [](Event& e) { e.after = JobStatus::queued; }), "about no job"},
           {create, [](Entry& e) { e.events.push_back(e.events[0]); }, "not the first event"},
           {remove, at(0, [](Event& e) { e.detail = nullptr; }), "not of its kind"},
           {remove, at(0, [](Event& e) { ++e.subject.low; }), "no such webhook"},
           {remove, [](Entry& e) { e.envelope.actor.team = "other"; }, "no such webhook"},
       }) {
    check(one);
  }
  LedgerFixture ledger;
  ledger.run("hook H; unhook H");
  for (std::uint64_t index : {0, 1}) {
    Entry again = ledger.entry(index);
    again.index = 2;
    CHECK_FALSE(fits(ledger.state(), again));
  }
}

TEST_CASE("an idempotency key that is in use does not fit until it has expired") {
  LedgerFixture ledger;
  ledger.envelope.idempotency = ledger::Idempotency{"key", {}, 0};
  ledger.run("submit x");
  ledger.envelope.idempotency.reset();
  ledger.run("submit y");
  Entry again = ledger.entry(1);
  again.index = 2;
  again.events[0].number = 2;
  ++again.events[0].subject.low;
  again.envelope.idempotency = ledger.entry(0).envelope.idempotency;
  ledger::Status fitting = fits(ledger.state(), again);
  REQUIRE_FALSE(fitting);
  CHECK_THAT(fitting.error().message, Catch::Contains("key is that of an earlier entry"));
  again.time = again.envelope.idempotency->expires + 1;
  CHECK(fits(ledger.state(), again));
}

}  // namespace jobledger::tests
