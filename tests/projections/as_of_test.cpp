// Reads as of an old version are the reads of a fresh fold up to it, whatever has happened since,
// and whatever is folded but not durable yet.

#include <catch2/catch.hpp>

#include "projections/history.h"
#include "projections/job_reader.h"
#include "tests/support/folding.h"
#include "tests/support/history_run.h"

namespace jobledger::tests {
namespace {

using ledger::JobNumber;
using ledger::JobStatus;
using projections::JobFilter;
using projections::JobReader;
using projections::JobRecord;
using projections::LogReader;
using projections::Page;
using projections::Sort;
using projections::State;
using projections::StatusSet;

std::string text_of(const std::optional<ledger::TimeMs>& time) {
  return time ? std::to_string(*time) : "-";
}

std::string text_of(const JobRecord& job) {
  return job.id.text() + " #" + std::to_string(job.number) + " " + job.template_id + " " +
         std::string(name_of(job.status)) + " " + std::to_string(job.progress) + "% " +
         std::to_string(job.created_at) + " " + std::to_string(job.updated_at) + " " +
         text_of(job.started_at) + " " + text_of(job.finished_at) + " " + text_of(job.error_at) +
         " " + std::to_string(job.total_assets) + " " + job.error.value_or("-") + " " +
         job.output_url + (job.own_output_url ? " own" : "");
}

std::string list_of(const State& state, const std::string& team, const JobFilter& filter,
                    const Page& page, std::uint64_t version) {
  std::string text;
  for (JobNumber job : state.directory().list(team, filter, page, version, state.locked())) {
    text += std::to_string(job) + " ";
  }
  return text;
}

/// Everything that can be read about the jobs as of the version, as one text.
std::string jobs_as_of(const ledger::Store& store, const State& state, std::uint64_t version) {
  LogReader log(store);
  JobReader reader(state, log, version);
  std::string text;
  std::vector<JobNumber> all;
  for (JobNumber job = 0; job < state.graph().job_count(version); ++job) all.push_back(job);
  for (const JobRecord& record : reader.read_all(all)) text += text_of(record) + "\n";
  for (JobNumber job : all) {
    text += std::to_string(job) + " entries " +
            to_text(projections::entries_of_job(state, log, job, {0, version})) + " mentions " +
            to_text(state.audit().mentions_of_job(job, version)) + " changes";
    for (const projections::Change& change : state.graph().changes_of(job, version)) {
      text += " " + std::to_string(change.entry()) + "." + std::to_string(change.place);
    }
    text += "\n";
  }
  return text;
}

std::string batches_as_of(const ledger::Store& store, const State& state, const Model& model,
                          std::uint64_t version) {
  LogReader log(store);
  JobReader reader(state, log, version);
  std::string text;
  for (const Model::Batch& batch : model.batches()) {
    for (const std::string& team : RandomHistory::teams()) {
      auto record = reader.find_batch(team, batch.id);
      text += batch.id.text() + " of " + team + (record ? ":" : " is unknown") + "\n";
      if (!record) continue;
      text += std::to_string(record->total) + " " + std::to_string(record->created_at) + "\n";
      for (const auto& item : record->jobs) {
        text += std::to_string(item.index) + " " + text_of(item.job) + "\n";
      }
      std::uint32_t number = state.graph().find_batch(team, batch.id, version).value();
      text += to_text(projections::entries_of_batch(state, number, version)) + "\n";
    }
  }
  return text;
}

JobFilter random_filter(RandomHistory& random, JobNumber jobs) {
  JobFilter filter;
  if (random.one_in(2)) {
    filter.statuses = StatusSet::none();
    for (std::uint8_t i = 1; i < ledger::kStatusCount; ++i) {
      if (random.one_in(2)) filter.statuses = filter.statuses.with(static_cast<JobStatus>(i));
    }
  }
  if (random.one_in(2)) filter.tags = {random.any(RandomHistory::tags())};
  if (random.one_in(4)) filter.tags.push_back(random.any(RandomHistory::tags()));
  if (random.one_in(3)) filter.first = random.below(jobs + 1);
  if (random.one_in(3)) filter.last = random.below(jobs + 1);
  return filter;
}

void check_lists(RandomHistory& random, const State& live, const State& fresh,
                 std::uint64_t version) {
  for (int i = 0; i < 20; ++i) {
    JobFilter filter = random_filter(random, fresh.graph().job_count());
    for (Sort sort : {Sort::oldest_first, Sort::newest_first, Sort::priority, Sort::random}) {
      Page page{sort, random.one_in(2) ? 0 : random.below(20), 1 + random.below(40)};
      const std::string& team = random.any(RandomHistory::teams());
      INFO("sort " << static_cast<int>(sort) << " from " << page.from << " limit " << page.limit);
      REQUIRE(list_of(live, team, filter, page, version) ==
              list_of(fresh, team, filter, page, version));
    }
  }
}

void check_tokens(const Model& model, const State& live, const State& fresh,
                  std::uint64_t version) {
  for (const Model::Token& token : model.tokens()) {
    const auto* then = live.tokens().find_valid(token.detail.hash, version);
    const auto* expected = fresh.tokens().find_valid(token.detail.hash, version);
    CHECK((then == nullptr) == (expected == nullptr));
    if (then && expected) CHECK(then->id == expected->id);
  }
}

using WebhookTold = std::tuple<ledger::WebhookId, std::string, std::uint16_t>;

std::vector<WebhookTold> told(const std::vector<projections::Webhook>& webhooks) {
  std::vector<WebhookTold> all;
  for (const projections::Webhook& each : webhooks) {
    all.emplace_back(each.id, each.url, each.events.bits());
  }
  return all;
}

void check_webhooks(const Model& model, const State& live, std::uint64_t version) {
  for (const std::string& team : RandomHistory::teams()) {
    std::vector<WebhookTold> expected;
    for (const Model::Webhook& each : model.webhooks()) {
      bool lives = each.created < version && (!each.deleted || *each.deleted >= version);
      if (!lives || each.team != team) continue;
      expected.emplace_back(each.id, each.url, each.events.bits());
    }
    CHECK(told(live.webhooks().of_team(team, version)) == expected);
    if (version == live.folded()) CHECK(live.webhooks().live_count(team) == expected.size());
  }
}

void check_as_of(HistoryRun& run, std::uint64_t version) {
  INFO("version " << version << " of " << run.state().version() << ", folded "
                  << run.state().folded());
  auto fresh = fold_up_to(run.store(), version);
  REQUIRE(jobs_as_of(run.store(), run.state(), version) ==
          jobs_as_of(run.store(), *fresh, version));
  REQUIRE(batches_as_of(run.store(), run.state(), run.model(), version) ==
          batches_as_of(run.store(), *fresh, run.model(), version));
  check_lists(run.random(), run.state(), *fresh, version);
  check_tokens(run.model(), run.state(), *fresh, version);
  check_webhooks(run.model(), run.state(), version);
}

TEST_CASE("reads as of an old version are those of a fold up to it", "[random]") {
  for (std::uint64_t seed = seed_or(1), last = seed + 4; seed < last; ++seed) {
    INFO("TEST_SEED=" << seed);
    HistoryRun run(seed);
    run.steps(250);
    auto versions = static_cast<std::uint32_t>(run.state().version()) + 1;
    for (int i = 0; i < 12; ++i) check_as_of(run, run.random().below(versions));
    check_as_of(run, run.state().version());
  }
}

TEST_CASE("what is folded and not durable is invisible", "[random]") {
  for (std::uint64_t seed = seed_or(1), last = seed + 8; seed < last; ++seed) {
    INFO("TEST_SEED=" << seed);
    HistoryRun run(seed);
    for (int i = 0; i < 8; ++i) {
      run.steps(25);
      for (int ahead = 0; ahead < 12; ++ahead) run.prepare();
      check_as_of(run, run.state().version());
      run.append();
    }
  }
}

TEST_CASE("progress in the middle of a run is known after its end") {
  LedgerFixture ledger;
  ledger.run("submit p; claim p");                     // 0, 1
  ledger.run("progress p 10; wait 5; progress p 50");  // 2, 3
  ledger.run("expire p; claim p");                     // 4, 5
  ledger.run("progress p 70; finish p");               // 6, 7
  LogReader log(ledger.store());
  auto progress_at = [&](std::uint64_t version) {
    return JobReader(ledger.state(), log, version).read(0).progress;
  };
  std::vector<std::uint32_t> seen;
  for (std::uint64_t version = 1; version <= 8; ++version) seen.push_back(progress_at(version));
  CHECK(seen == std::vector<std::uint32_t>{0, 0, 10, 50, 0, 0, 70, 100});
  CHECK(to_text(projections::entries_of_job(ledger.state(), log, 0, {0, 8})) == "0 1 2 3 4 5 6 7 ");
  CHECK(to_text(projections::entries_of_job(ledger.state(), log, 0, {0, 4})) == "0 1 2 3 ");
  CHECK(JobReader(ledger.state(), log, 4).read(0).updated_at == kNewYear + 5);
  CHECK_FALSE(JobReader(ledger.state(), log, 0).find("acme", ledger.id("p")));
}

TEST_CASE("a run whose end is folded and not durable still shows its progress") {
  for (const char* end : {"finish p", "fail p broken", "expire p"}) {
    LedgerFixture each;
    each.run("submit p; claim p; progress p 40");
    ledger::PreparedGroup group = each.prepare({each.ask(end)});
    LogReader log(each.store());
    JobRecord record = JobReader(each.state(), log, each.state().version()).read(0);
    CHECK(record.status == JobStatus::rendering);
    CHECK(record.progress == 40);
    CHECK(to_text(projections::entries_of_job(each.state(), log, 0, {0, 3})) == "0 1 2 ");
    each.append(group);
    CHECK(JobReader(each.state(), log, 3).read(0).progress == 40);
    CHECK(to_text(projections::entries_of_job(each.state(), log, 0, {0, 4})) == "0 1 2 3 ");
  }
}

}  // namespace
}  // namespace jobledger::tests
