#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "family_run.h"
#include "tally.h"
#include "tests/support/torture.h"

// Histories of many clients at work on the same jobs, over kills of the daemon: that they are those
// of one machine that does one thing after the other, and that their versions say in which order.

namespace jobledger::daemon::e2e {
namespace {

using Kind = FamilyOperation::Kind;
using Verdict = tests::Linearizability::Verdict;

bool had_all_answers(const Family& family) {
  const auto& history = family.history();
  return std::all_of(history.begin(), history.end(), [](auto& call) { return call.ended; });
}

/// Whether it changed nothing. One that was refused has no entry of its own if it is a late report
/// that was recorded before.
bool changed_nothing(const FamilyOperation& operation) {
  return operation.kind == Kind::get || operation.kind == Kind::list ||
         operation.kind == Kind::batch || !operation.accepted;
}

std::string judge(const Family& family) {
  auto result = tests::check_linearizability(family.model(), family.history());
  if (result.verdict == Verdict::holds) return "";
  std::string text = result.verdict == Verdict::violated ? "no order fits: " : "undecided: ";
  for (std::size_t place : result.longest) text += std::to_string(place) + ' ';
  if (result.stuck) text += "and not " + std::to_string(*result.stuck);
  return text + '\n' + family.text();
}

/// An operation that began when another had been answered has no version before it.
std::string judge_versions(const std::vector<std::shared_ptr<Family>>& families) {
  struct Moment {
    std::int64_t time;
    bool ends;
    std::int64_t version;
  };
  std::vector<Moment> moments;
  std::set<std::int64_t> written;
  for (const auto& family : families) {
    for (std::size_t place = 0; place < family->history().size(); ++place) {
      const FamilyCall& call = family->history()[place];
      std::int64_t version = family->versions()[place];
      if (!call.ended) continue;
      moments.push_back({call.began, false, version});
      moments.push_back({*call.ended, true, version});
      if (!changed_nothing(call.operation) && !written.insert(version).second) {
        return "two commands are version " + std::to_string(version) + '\n' + family->text();
      }
    }
  }
  std::sort(moments.begin(), moments.end(), [](const Moment& a, const Moment& b) {
    return a.time != b.time ? a.time < b.time : a.ends < b.ends;
  });
  std::int64_t known = 0;
  for (const Moment& moment : moments) {
    if (moment.ends) known = std::max(known, moment.version);
    if (!moment.ends && moment.version < known) {
      return "version " + std::to_string(moment.version) + " was told at " +
             std::to_string(moment.time) + ", when " + std::to_string(known) + " was known";
    }
  }
  return "";
}

/// Where all had answers, their versions alone are an order that fits, and a read as of one of them
/// sees what they led to.
std::string judge_order(const Family& family, Team& team) {
  std::vector<std::size_t> order(family.history().size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  auto key = [&](std::size_t place) {
    return std::pair(family.versions()[place], changed_nothing(family.history()[place].operation));
  };
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return key(a) < key(b); });
  std::string state = family.model().initial();
  for (std::size_t each = 0; each < order.size(); ++each) {
    auto after = family.model().step(state, family.history()[order[each]].operation);
    if (!after) return "out of order: " + std::to_string(order[each]) + '\n' + family.text();
    state = *after;
    if (each % 16 != 0) continue;
    std::int64_t version = family.versions()[order[each]];
    bool more_of_it = each + 1 < order.size() && family.versions()[order[each + 1]] == version;
    if (more_of_it) continue;
    FamilyRequest past = family.listing(static_cast<std::uint64_t>(version));
    const_cast<Family&>(family).read(past.operation, team.get(past.target));
    if (past.operation.seen == family.model().statuses(state)) continue;
    return "as of " + std::to_string(version) + " it was " + past.operation.seen + '\n' +
           family.text();
  }
  return "";
}

void judge_history(std::uint64_t seed, FamilyRun::Shape shape, Tally& tally) {
  DaemonRun daemon({"--snapshot-interval-seconds", "1", "--snapshot-entries", "500"});
  Team team = daemon.new_team();
  FamilyRun run(daemon, team, seed, shape);
  REQUIRE(run.run() == "");
  std::size_t lost = 0;
  for (const auto& family : run.families()) {
    REQUIRE(judge(*family) == "");
    bool whole = had_all_answers(*family);
    lost += !whole;
    if (whole) REQUIRE(judge_order(*family, team) == "");
  }
  REQUIRE(judge_versions(run.families()) == "");
  tally.add("histories");
  tally.add("operations", run.operations());
  tally.add("kills", static_cast<std::uint64_t>(shape.kills));
  tally.add("trees", run.families().size());
  tally.add("trees with operations without an answer", lost);
}

}  // namespace

TEST_CASE("what many clients are told, over kills, is what one thing after the other would give",
          "[torture][linear]") {
  // In the gate fewer operations, since the sanitizers are slow.
  FamilyRun::Shape shape;
  if (!is_long_run()) shape.operations = 800;
  Tally tally;
  tests::for_seeds(2, [&](std::uint64_t seed) { judge_history(seed, shape, tally); });
}

}  // namespace jobledger::daemon::e2e
