#include "projections/unclaimed_jobs.h"

#include <catch2/catch.hpp>
#include <map>

#include "projections/log_reader.h"
#include "tests/support/history_run.h"

namespace jobledger::tests {
namespace {

using ledger::TimeMs;
using projections::UnclaimedFilter;
using projections::UnclaimedJob;

constexpr std::size_t kAll = 1'000'000;

/// `a since 3 claim 2; b since 4 claim -`, by entries.
std::string told(const std::vector<UnclaimedJob>& jobs) {
  std::string text;
  for (const UnclaimedJob& job : jobs) {
    text += (text.empty() ? "" : "; ") + job.id.text() + " since " +
            std::to_string(job.queued_entry) + " claim " +
            (job.last_claim ? std::to_string(*job.last_claim) : "-");
  }
  return text;
}

/// Those of acme to which nothing happened in the last `ms`, as of the version.
std::string quiet_for(LedgerFixture& ledger, TimeMs ms, std::uint64_t version,
                      std::size_t most = kAll) {
  UnclaimedFilter filter{"acme", ledger.clock().now() - ms, 0, most};
  return ledger.names().in(told(projections::unclaimed_jobs(ledger.state(), filter, version)));
}

TEST_CASE("a queued job is unclaimed once no claim for a while could have been given it") {
  LedgerFixture ledger;
  ledger.run("submit a#red; submit b#red,blue; submit c#green; submit d");      // 0 to 3
  ledger.run("wait 100; submit x#blue; claim x; wait 100; submit y; claim y");  // 4 to 7: by name
  CHECK(quiet_for(ledger, 50, 8) == "a since 0 claim -; b since 1 claim 5; c since 2 claim -");
  CHECK(quiet_for(ledger, 0, 8) ==
        "a since 0 claim -; b since 1 claim 5; c since 2 claim -; d since 3 claim 7");
  CHECK(quiet_for(ledger, 150, 8) == "a since 0 claim -; c since 2 claim -");
  CHECK(quiet_for(ledger, 201, 8) == "");
}

TEST_CASE("a claim with tags takes no job without, and one without takes any") {
  LedgerFixture ledger;
  ledger.run("submit x#red,blue; submit a#blue; submit d");  // 0 to 2
  ledger.run("claim-tagged red");  // 3: x, and the worker is none for blue
  CHECK(quiet_for(ledger, 0, 4) == "a since 1 claim -; d since 2 claim -");
  ledger.run("wait 100; claim");  // 4: a
  CHECK(quiet_for(ledger, 50, 5) == "");
  CHECK(quiet_for(ledger, 0, 5) == "d since 2 claim 4");
}

TEST_CASE("unclaimed jobs as they were, page by page") {
  LedgerFixture ledger;
  ledger.run("submit a; submit b; claim a; expire a; claim b; cancel a");  // 0 to 5
  CHECK(quiet_for(ledger, 0, 2) == "a since 0 claim -; b since 1 claim -");
  CHECK(quiet_for(ledger, 0, 2, 1) == "a since 0 claim -");
  CHECK(quiet_for(ledger, 0, 4) == "a since 3 claim 2; b since 1 claim 2");
  CHECK(quiet_for(ledger, 0, 5) == "a since 3 claim 4");
  CHECK(quiet_for(ledger, 0, 6) == "");
}

TEST_CASE("claims of another team do not count") {
  LedgerFixture ledger;
  ledger.run("submit a#red; as other; submit b#red; claim b; submit c#red");
  CHECK(quiet_for(ledger, 0, 4) == "a since 0 claim -");
  UnclaimedFilter all{std::nullopt, ledger.clock().now(), 0, kAll};
  CHECK(ledger.names().in(told(projections::unclaimed_jobs(ledger.state(), all, 4))) ==
        "a since 0 claim -; c since 3 claim 2");
}

/// What the entries of the log say, looked at one by one.
struct Told {
  struct Job {
    UnclaimedJob facts;
    std::string team;
    bool queued = false;
  };
  struct Claim {
    std::uint64_t entry;
    std::string team;
    std::vector<std::string> tags;
    bool by_name;
  };
  std::map<ledger::JobNumber, Job> jobs;
  std::vector<Claim> claims;

  Told(const ledger::Store& store, std::uint64_t version) {
    projections::LogReader log(store);
    for (std::uint64_t index = 0; index < version; ++index) {
      const ledger::Entry& entry = log.entry(index);
      for (const ledger::Event& event : entry.events) note(entry, event);
    }
  }

  void note(const ledger::Entry& entry, const ledger::Event& event) {
    if (event.number == ledger::kNoJob || event.before == event.after) return;
    Job& job = jobs[event.number];
    if (const auto* made = event.as_if<ledger::SubmissionDetail>()) {
      job.facts = {event.number, event.subject, made->tags, made->priority, 0, {}};
      job.team = entry.envelope.actor.team;
    }
    job.queued = event.after == ledger::JobStatus::queued;
    job.facts.queued_entry = entry.index;
    if (event.kind != ledger::EventKind::job_claimed) return;
    bool by_name = !entry.command.subjects.empty();
    claims.push_back(
        {entry.index, job.team, by_name ? job.facts.tags : entry.command.tags, by_name});
  }

  static bool takes(const Claim& claim, const Job& job) {
    if (job.team != claim.team) return false;
    if (claim.tags.empty()) return !claim.by_name || job.facts.tags.empty();
    for (const std::string& tag : job.facts.tags) {
      for (const std::string& wanted : claim.tags) {
        if (tag == wanted) return true;
      }
    }
    return false;
  }

  std::string unclaimed(const projections::State& state, const std::string& team, TimeMs since) {
    std::vector<UnclaimedJob> found;
    for (auto& [number, job] : jobs) {
      if (job.team != team || !job.queued) continue;
      for (const Claim& claim : claims) {
        if (takes(claim, job)) job.facts.last_claim = claim.entry;
      }
      bool late = state.times().at(job.facts.queued_entry) > since;
      bool served = job.facts.last_claim && state.times().at(*job.facts.last_claim) > since;
      if (!late && !served) found.push_back(job.facts);
    }
    return told(found);
  }
};

TEST_CASE("unclaimed jobs of random histories are those that the log tells", "[random]") {
  for (std::uint64_t seed = seed_or(1), last = seed + 4; seed < last; ++seed) {
    INFO("TEST_SEED=" << seed);
    HistoryRun run(seed);
    run.steps(250);
    for (int i = 0; i < 15; ++i) {
      auto count = static_cast<std::uint32_t>(run.state().version());
      std::uint64_t version = 1 + run.random().below(count);
      TimeMs since =
          run.state().times().at(run.random().below(static_cast<std::uint32_t>(version)));
      const std::string& team = run.random().any(RandomHistory::teams());
      INFO(team << " as of " << version << " since " << since);
      REQUIRE(told(projections::unclaimed_jobs(run.state(), {team, since, 0, kAll}, version)) ==
              Told(run.store(), version).unclaimed(run.state(), team, since));
    }
  }
}

}  // namespace
}  // namespace jobledger::tests
