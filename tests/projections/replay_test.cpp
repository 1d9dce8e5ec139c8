#include "projections/replay.h"

#include <catch2/catch.hpp>

#include "ledger/codec.h"
#include "ledger/hash.h"
#include "ledger/resubmission.h"
#include "projections/verify.h"
#include "tests/support/folding.h"
#include "tests/support/history_run.h"
#include "tests/support/tampering.h"

namespace jobledger::tests {
namespace {

using ledger::JobStatus;
using projections::Replay;
using projections::ReplayRequest;

struct Replayed {
  std::unique_ptr<ledger::Store> store;
  Replay report;
};

Replayed replayed(const ledger::Store& from, const ReplayRequest& request) {
  Notes notes;
  Replayed made{store_in_memory(), {}};
  auto report = projections::replay(from, *made.store, request, notes.report());
  if (!report) throw std::runtime_error(report.error().message);
  made.report = std::move(*report);
  return made;
}

std::string failure(const ledger::Store& from, const ReplayRequest& request) {
  Notes notes;
  auto into = store_in_memory();
  auto report = projections::replay(from, *into, request, notes.report());
  return report ? "" : report.error().message;
}

std::vector<std::string> findings(ledger::Store& store) {
  Notes notes;
  return projections::verify(store, notes.report()).findings;
}

std::string root_at(const ledger::Store& store, std::uint64_t version) {
  return ledger::to_hex(ledger::bytes_of(ledger::HashTree::load(store, version).value().root()));
}

/// `b:queued->finished`, in the order of creation.
std::string jobs_in(const Replay& report, const Names& names) {
  std::string text;
  for (const projections::JobOtherwise& job : report.jobs) {
    if (!text.empty()) text += ' ';
    text += names.of(job.id) + ':' + std::string(name_of(job.before)) + "->" +
            std::string(name_of(job.after));
  }
  return text;
}

/// `7->5 FinishJob: refused (stale_lease)`, one a line.
std::string otherwise_in(const Replay& report, const Names& names) {
  std::string text;
  for (const projections::Otherwise& each : report.otherwise) {
    if (!text.empty()) text += '\n';
    text += std::to_string(each.index) + "->" +
            (each.new_index ? std::to_string(*each.new_index) : "-") + ' ' +
            std::string(name_of(each.kind)) + ": " + names.in(each.became);
  }
  return text;
}

}  // namespace

TEST_CASE("a replay up to a version is that history, byte for byte, as another ledger",
          "[replay]") {
  HistoryRun run(seed_or(41));
  run.steps(400);
  std::uint64_t until = GENERATE(0, 1, 100, 257);
  Replayed copy = replayed(run.store(), {until, {}});
  std::uint64_t tokens = copy.report.tokens.size();
  CHECK(copy.report.version == until + tokens);
  CHECK(copy.store->entry_count().value() == until + tokens);
  CHECK(root_at(*copy.store, until) == root_at(run.store(), until));
  CHECK(copy.report.root == root_at(*copy.store, until + tokens));
  CHECK_FALSE(copy.store->ledger_id() == run.store().ledger_id());
  for (std::uint64_t index = 0; index < until; ++index) {
    REQUIRE(copy.store->entry(index).value() == run.store().entry(index).value());
  }
  CHECK(copy.report.otherwise.empty());
  CHECK(copy.report.jobs.empty());
  Notes notes;
  projections::Verification verified = projections::verify(*copy.store, notes.report());
  CHECK(verified.findings.empty());
  CHECK(verified.snapshot == until + tokens);
}

TEST_CASE("tokens of later come along, revoked or not", "[replay]") {
  LedgerFixture ledger;
  ledger.run("token T; submit a; cancel a; token U; revoke T; token V; revoke V; submit b");
  Replayed copy = replayed(ledger.store(), {2, {}});
  CHECK(copy.report.version == 6);
  REQUIRE(copy.report.tokens.size() == 4);
  CHECK(copy.report.tokens[0].index == 3);
  CHECK(copy.report.tokens[0].new_index == 2);
  CHECK(copy.report.tokens[0].name == "U");
  auto state = fold_up_to(*copy.store, 6);
  for (const char* name : {"T", "U", "V"}) {
    bool revoked = state->tokens().find(ledger.id(name))->revoked_entry.has_value();
    CHECK(revoked == (std::string(name) != "U"));
  }
  CHECK(state->graph().job_count() == 1);
  CHECK(state->graph().last_change(0).status == JobStatus::queued);
}

TEST_CASE("a time is the last entry at or before it", "[replay]") {
  LedgerFixture ledger;
  ledger.run("submit a; wait 10; submit b; submit c; wait 10; submit d");
  auto at = [&](ledger::TimeMs after) {
    auto version = projections::version_at(ledger.store(), kNewYear + after);
    return version ? std::to_string(*version) : version.error().message;
  };
  CHECK(at(0) == "1");
  CHECK(at(9) == "1");
  CHECK(at(10) == "3");
  CHECK(at(1'000'000) == "4");
  CHECK_THAT(at(-1), Catch::StartsWith("nothing had happened at 2025-12-31T23:59:59.999Z"));
}

TEST_CASE("without a cancel, its jobs go on, and its undo has nothing to undo", "[replay]") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); cancel a; undo 1; cancel b");
  Replayed copy = replayed(ledger.store(), {4, {1}});
  CHECK(otherwise_in(copy.report, ledger.names()) ==
        "2->1 UndoCancel: refused (cancellation_not_found)");
  CHECK(copy.report.jobs.empty());
  REQUIRE(copy.report.left_out.size() == 1);
  CHECK(copy.report.left_out[0].was == "cancelled 3 jobs");
  CHECK(copy.report.decided == 2);
  CHECK(findings(*copy.store).empty());
}

TEST_CASE("without a cancel, a claim takes another job, and its reports are refused", "[replay]") {
  LedgerFixture ledger;
  ledger.run("submit a; submit b; cancel a; claim; finish b");
  Replayed copy = replayed(ledger.store(), {5, {2}});
  CHECK(otherwise_in(copy.report, ledger.names()) ==
        "3->2 ClaimJob: claimed job a\n"
        "4->3 FinishJob: refused (stale_lease)");
  CHECK(copy.report.otherwise[0].why ==
        ledger.id("a").text() + " was not touched, and is claimed; " + ledger.id("b").text() +
            " was claimed, and is not touched");
  CHECK(jobs_in(copy.report, ledger.names()) ==
        "a:manually_cancelled->render:dorender b:finished->queued");
  CHECK(findings(*copy.store).empty());
}

TEST_CASE("without a submission, what was about its jobs is refused or makes no entry",
          "[replay]") {
  LedgerFixture ledger;
  ledger.run("submit a; submit b; claim a; expire a; cancel a; cancel b");
  Replayed copy = replayed(ledger.store(), {6, {0}});
  CHECK(otherwise_in(copy.report, ledger.names()) ==
        "2->1 ClaimJob: refused (job_not_found)\n"
        "3->- ExpireLease: made no entry\n"
        "4->2 CancelJob: refused (job_not_found)");
  CHECK(jobs_in(copy.report, ledger.names()) == "a:manually_cancelled->none");
  CHECK(copy.report.map.index(5) == 3);
  CHECK(findings(*copy.store).empty());
}

TEST_CASE("plans and undos speak of the versions and the indexes of the new ledger", "[replay]") {
  LedgerFixture ledger;
  ledger.run("submit x; cancel x; submit p(a b); confirm 3 cancel a; undo 3; undo 4");
  Replayed copy = replayed(ledger.store(), {6, {1}});
  CHECK(otherwise_in(copy.report, ledger.names()).empty());
  auto entry = [&](std::uint64_t index) {
    return ledger::decode(copy.store->entry(index).value()).value();
  };
  CHECK(entry(2).command.plan == 2);
  CHECK(entry(3).command.entry == 2);
  CHECK(entry(4).command.entry == 3);
}

TEST_CASE("why something came out otherwise is told in the indexes of the original", "[replay]") {
  LedgerFixture ledger;
  ledger.run("submit x; cancel x; submit p; cancel p; undo 3");
  Replayed copy = replayed(ledger.store(), {5, {1, 2}});
  REQUIRE(copy.report.otherwise.size() == 2);
  CHECK_THAT(copy.report.otherwise[1].why, Catch::StartsWith("entry 3 cancelled nothing"));

  LedgerFixture planned;
  planned.run("submit x; submit p(a b); claim a; expire a; confirm 2 cancel b");
  copy = replayed(planned.store(), {5, {0, 3}});
  REQUIRE(copy.report.otherwise.size() == 1);
  CHECK_THAT(copy.report.otherwise[0].why, Catch::StartsWith("the plan of version 2 "));
}

TEST_CASE("a plan that no longer holds is refused in the replay", "[replay]") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); claim a; expire a; confirm 1 cancel b");
  Replayed copy = replayed(ledger.store(), {4, {2}});
  CHECK(otherwise_in(copy.report, ledger.names()) == "3->2 CancelJob: refused (plan_changed)");
  CHECK(jobs_in(copy.report, ledger.names()) ==
        "p:manually_cancelled->pending a:manually_cancelled->render:dorender "
        "b:manually_cancelled->queued");
}

TEST_CASE("what cannot be replayed is said", "[replay]") {
  LedgerFixture ledger;
  ledger.run("submit a; cancel a");
  CHECK(failure(ledger.store(), {3, {}}) == "the ledger ends at version 2, before 3");
  CHECK_THAT(failure(ledger.store(), {1, {1}}), Catch::StartsWith("entry 1 cannot be left out"));
  put_entry(ledger.store(), 1, ledger.store().entry(0).value());
  CHECK_THAT(failure(ledger.store(), {2, {}}), Catch::StartsWith("entry 1 is damaged"));
}

/// Plans and undos name versions and entries of the ledger that they are decided in. An entry that
/// is left out is named as the one to come, which is no cancellation yet.
void speak_of_the_copy(ledger::Command& command, const projections::IndexMap& map,
                       std::uint64_t version) {
  auto move = [&](ledger::CancelOptions& options) {
    if (options.plan) options.plan = map.version(*options.plan);
  };
  if (auto* jobs = std::get_if<ledger::CancelJobs>(&command)) move(jobs->options);
  if (auto* batch = std::get_if<ledger::CancelBatch>(&command)) move(batch->options);
  auto* undo = std::get_if<ledger::UndoCancel>(&command);
  if (undo && undo->entry < map.size()) undo->entry = map.index(undo->entry).value_or(version);
}

// The model knows nothing of replays: it carries out the commands of the log but the one left out.
TEST_CASE("without a cancel, jobs end as the model says", "[replay][random]") {
  for (std::uint64_t seed = seed_or(1), last = seed + 12; seed < last; ++seed) {
    INFO("TEST_SEED=" << seed);
    HistoryRun run(seed);
    run.steps(300);
    std::vector<std::uint64_t> cancels;
    std::uint64_t count = run.state().version();
    for (std::uint64_t index = 0; index < count; ++index) {
      for (const ledger::Event& event : run.ledger().entry(index).events) {
        if (event.cause == ledger::Cause::requested) cancels.push_back(index);
        if (event.cause == ledger::Cause::requested) break;
      }
    }
    REQUIRE_FALSE(cancels.empty());
    std::uint64_t removed = run.random().any(cancels);
    INFO("without entry " << removed);
    Replayed copy = replayed(run.store(), {count, {removed}});

    Model model(run.random().rules());
    for (std::uint64_t index = 0; index < count; ++index) {
      if (index == removed) continue;
      ledger::Entry entry = run.ledger().entry(index);
      ledger::Receipt receipt;
      if (auto at = copy.report.map.index(index)) {
        receipt.entry =
            std::make_shared<ledger::Entry>(ledger::decode(copy.store->entry(*at).value()).value());
      }
      ledger::Submission again = ledger::resubmission_of(entry, run.store()).value();
      speak_of_the_copy(again.command, copy.report.map, model.version());
      Outcome outcome = model.apply(again, made_by(receipt), entry.time);
      INFO("entry " << index);
      REQUIRE(outcome.recorded == (receipt.entry != nullptr));
    }
    CHECK(model.version() == copy.report.version);
    auto state = fold_up_to(*copy.store, copy.report.version);
    REQUIRE(state->graph().job_count() == model.jobs().size());
    for (ledger::JobNumber job = 0; job < state->graph().job_count(); ++job) {
      CHECK(state->graph().last_change(job).status == model.job(state->graph().row(job).id).status);
    }
    CHECK(findings(*copy.store).empty());
  }
}

}  // namespace jobledger::tests
