#include <catch2/catch.hpp>

#include "team.h"

// GET /ledger/v1/diff: which jobs have another status than before.

namespace jobledger::daemon::e2e {
namespace {

std::string diff(std::int64_t from, const std::string& more = "") {
  return "/ledger/v1/diff?from=" + std::to_string(from) + more;
}

}  // namespace

TEST_CASE("a diff tells before, after, the entries in between, and who made the last one") {
  Team team = new_team();
  Tree tree = team.plant("root(a b)");
  std::int64_t before = team.version();
  std::string born = team.create();
  std::string back = team.create();
  std::int64_t between = team.version();
  team.render(tree["a"]);
  team.call("PATCH", "/api/v2/jobs/" + tree["b"] + "/cancel", R"({"reason":"wrong logo"})",
            {{"X-On-Behalf-Of", "Ada L."}, {"X-Request-Id", "night-1"}});
  Json page = team.get(diff(before)).body;
  CHECK(page.names() == "from to items next");
  CHECK(page["from"] == before);
  CHECK(page["to"] == team.version());
  CHECK(page["next"] == nullptr);
  Json items = page["items"];
  CHECK(tree.names_of({items[0]["id"].text(), items[1]["id"].text(), items[2]["id"].text()}) ==
        "root a b");
  CHECK(texts_of(items, "before") == "pending queued queued null null");
  CHECK(texts_of(items, "after") == "manually_cancelled finished manually_cancelled queued queued");
  CHECK(items[1]["entries"].dump() ==
        "[" + std::to_string(between) + "," + std::to_string(between + 1) + "]");
  CHECK(items[1]["index"] == between + 1);
  CHECK(items[2]["index"] == between + 2);
  CHECK(items[2]["time"] == team.entry(between + 2)["time"]);
  CHECK(items[2]["actor"]["name"] == "tester");
  CHECK(items[2]["reason"] == "wrong logo");
  CHECK(items[2]["onBehalfOf"] == "Ada L.");
  CHECK(items[2]["requestId"] == "night-1");
  CHECK(items[3]["id"] == born);
  CHECK(items[3]["reason"] == nullptr);
}

TEST_CASE("a diff between two old versions stays the same for ever") {
  Team team = new_team();
  std::string id = team.create();
  std::int64_t from = team.version();
  team.claim(id);
  std::string to = std::to_string(team.version());
  Json then = team.get(diff(from, "&to=" + to)).body;
  CHECK(texts_of(then["items"], "after") == "render:dorender");
  Team other = new_team();
  other.create();
  team.create();
  CHECK(team.get(diff(from, "&to=" + to)).body == then);
  // As of that version it is the head, which `to` is by default.
  CHECK(team.get(diff(from, "&asOf=" + to)).body == then);
  CHECK(team.get(diff(from, "&to=" + std::to_string(from))).body["items"].size() == 0);
}

TEST_CASE("a diff between two times") {
  Team team = new_team();
  std::string id = team.create();
  std::string born = team.job(id)["stats"]["createdAt"].text();
  Answer since = team.get("/ledger/v1/diff?from=0&to=" + born);
  while (since.status != 200) since = team.get("/ledger/v1/diff?from=0&to=" + born);
  CHECK(since.body["from"] == 0);
  CHECK(texts_of(since.body["items"], "id") == id);
  team.cancel(id);
  Json after = team.get("/ledger/v1/diff?from=" + born).body;
  CHECK(texts_of(after["items"], "before") == "queued");
  CHECK(team.get("/ledger/v1/diff?from=1999-12-31").status == 400);
}

TEST_CASE("a diff is paged by next, with no gap and no duplicate") {
  Team team = new_team();
  std::int64_t from = team.version();
  std::vector<std::string> jobs;
  for (int i = 0; i < 7; ++i) jobs.push_back(team.create());
  std::string seen;
  std::string cursor;
  do {
    Json page = team.get(diff(from, "&limit=3" + cursor)).body;
    CHECK(page["items"].size() <= 3);
    seen += texts_of(page["items"], "id") + " ";
    cursor = page["next"].is_null() ? "" : "&cursor=" + std::to_string(page["next"].integer());
  } while (!cursor.empty());
  std::string expected;
  for (const std::string& job : jobs) expected += job + " ";
  CHECK(seen == expected);
}

TEST_CASE("a diff that cannot be is 400 and says which end is wrong") {
  Team team = new_team();
  auto [query, field] = GENERATE(table<std::string, std::string>({
      {"", "from"},
      {"to=1", "from"},
      {"from=yesterday", "from"},
      {"from=999999999", "from"},
      {"from=2999-01-01", "from"},
      {"from=0&to=999999999", "to"},
      {"from=0&to=2999-01-01", "to"},
      {"from=1&to=0", "from"},
      {"from=0&to=1&asOf=0", "to"},
      {"from=0&limit=0", "limit"},
      {"from=0&limit=1001", "limit"},
      {"from=0&cursor=x", "cursor"},
  }));
  Answer refused = team.get("/ledger/v1/diff?" + query);
  CAPTURE(query);
  CHECK(refused.status == 400);
  CHECK(texts_of(refused.body["details"], "field") == field);
}

}  // namespace jobledger::daemon::e2e
