#include <algorithm>
#include <catch2/catch.hpp>

#include "team.h"

// Reads of the ledger across teams, with a token that has audit:all.

namespace jobledger::daemon::e2e {
namespace {

/// Two teams with a batch of a cancelled tree each, and what they are asked for.
struct Two {
  DaemonRun daemon;
  Team us = daemon.new_team();
  Team them = daemon.new_team();
  Team auditor = us.with_token(R"("scopes":"audit:all")");
  std::string ours = cancelled_tree(us);
  std::string theirs = cancelled_tree(them);

  static std::string cancelled_tree(Team& team) {
    Answer batch = team.post("/api/v2/batches", batch_body({tree_body("root(a b)")}));
    Json root = batch.body["jobs"][0];
    team.cancel(root["children"][0]["id"].text());
    return root["id"].text();
  }
};

/// The teams that a page tells of, each once.
std::string teams_of(const Answer& page) {
  REQUIRE(page.status == 200);
  std::vector<std::string> teams;
  for (const Json& item : page.body["items"].items()) teams.push_back(item["actor"]["team"].text());
  std::sort(teams.begin(), teams.end());
  teams.erase(std::unique(teams.begin(), teams.end()), teams.end());
  std::string text;
  for (const std::string& team : teams) text += (text.empty() ? "" : " ") + team;
  return text;
}

std::string both(const Two& two) {
  return std::min(two.us.name(), two.them.name()) + " " + std::max(two.us.name(), two.them.name());
}

}  // namespace

TEST_CASE("audit:all: lists hold every team's items, or those of the team that is named") {
  Two two;
  for (const std::string path : {"/ledger/v1/entries?type=CancelJob", "/ledger/v1/diff?from=0",
                                 "/ledger/v1/batches?limit=9"}) {
    CAPTURE(path);
    CHECK(teams_of(two.auditor.get(path)) == both(two));
    CHECK(teams_of(two.auditor.get(path + "&team=" + two.us.name())) == two.us.name());
    CHECK(teams_of(two.auditor.get(path + "&team=" + two.them.name())) == two.them.name());
    CHECK(teams_of(two.auditor.get(path + "&team=nobody")) == "");
    // Who has no such token sees the own team, and nothing of any other that it names.
    CHECK(teams_of(two.us.get(path)) == two.us.name());
    CHECK(teams_of(two.us.get(path + "&team=" + two.us.name())) == two.us.name());
    CHECK(teams_of(two.us.get(path + "&team=" + two.them.name())) == "");
  }
}

TEST_CASE("audit:all: a job of any team is told of, unless another team is named") {
  Two two;
  std::string call = GENERATE("/tree", "/history");
  for (const std::string& job : {two.ours, two.theirs}) {
    std::string path = "/ledger/v1/jobs/" + job + call;
    const Team& owner = job == two.ours ? two.us : two.them;
    const Team& other = job == two.ours ? two.them : two.us;
    CAPTURE(path);
    CHECK(two.auditor.get(path).status == 200);
    CHECK(two.auditor.get(path + "?team=" + owner.name()).status == 200);
    CHECK(two.auditor.get(path + "?team=" + other.name()).status == 404);
  }
  CHECK(two.us.get("/ledger/v1/jobs/" + two.theirs + call).status == 404);
  CHECK(two.us.get("/ledger/v1/jobs/" + two.theirs + call + "?team=" + two.them.name()).status ==
        404);
}

TEST_CASE("audit:all: entries by job and by index, and the head") {
  Two two;
  std::string of_job = "/ledger/v1/entries?job=" + two.theirs;
  CHECK(teams_of(two.auditor.get(of_job)) == two.them.name());
  CHECK(two.auditor.get(of_job + "&team=" + two.us.name()).body["items"].size() == 0);
  std::string entry = "/ledger/v1/entries/" + std::to_string(two.them.version() - 1);
  CHECK(two.auditor.get(entry).body["actor"]["team"] == two.them.name());
  CHECK(two.auditor.get(entry + "?team=" + two.them.name()).status == 200);
  CHECK(two.auditor.get(entry + "?team=" + two.us.name()).status == 404);
  CHECK(two.us.get(entry + "?team=" + two.them.name()).status == 404);
  CHECK(two.auditor.get("/ledger/v1/head").status == 200);
}

TEST_CASE("audit:all: pages of every team's entries have no gap") {
  Two two;
  std::int64_t next = 0;
  std::string from = "0";
  while (!from.empty()) {
    Json page = two.auditor.get("/ledger/v1/entries?limit=3&from=" + from).body;
    for (const Json& item : page["items"].items()) CHECK(item["index"] == next++);
    from = page["next"].is_null() ? "" : std::to_string(page["next"].integer());
  }
  CHECK(next == two.us.version());
}

TEST_CASE("audit:all reads the ledger alone: neither jobs nor tokens, and no other team's jobs") {
  Two two;
  CHECK(two.auditor.get("/api/v2/jobs").status == 403);
  CHECK(two.auditor.get("/ledger/v1/tokens").status == 403);
  Team reader = two.us.with_token(R"("scopes":"jobs:read,audit:all")");
  CHECK(reader.get("/api/v2/jobs/" + two.theirs).status == 404);
  CHECK(reader.get("/api/v2/jobs/" + two.theirs + "?team=" + two.them.name()).status == 404);
  CHECK(reader.get("/api/v2/jobs").body.size() == 3);
  CHECK(teams_of(reader.get("/api/v2/batches")) == two.us.name());
  CHECK(teams_of(reader.get("/api/v2/batches?team=" + two.them.name())) == two.us.name());
}

}  // namespace jobledger::daemon::e2e
