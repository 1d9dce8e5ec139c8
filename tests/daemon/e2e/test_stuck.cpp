#include <catch2/catch.hpp>

#include "team.h"

// GET /ledger/v1/unclaimed and /ledger/v1/retried: jobs that do not come on.

namespace jobledger::daemon::e2e {
namespace {

constexpr std::string_view kUnclaimed = "/ledger/v1/unclaimed?for=0";

Json unclaimed(Team& team, const std::string& more = "") {
  Answer page = team.get(std::string(kUnclaimed) + more);
  REQUIRE(page.status == 200);
  return page.body["items"];
}

/// A job that was put back in the queue once.
std::string requeued_job(Team& team) {
  std::string id = team.create();
  team.claim(id, R"("leaseSeconds":1)");
  REQUIRE(http::eventually([&] { return team.status(id) == "queued"; }));
  return id;
}

}  // namespace

TEST_CASE("unclaimed jobs tell since when, and what matching one was claimed last") {
  Team team = new_team();
  std::string red = team.create(job_body(R"("tags":"red,blue","priority":3)"));
  std::int64_t queued = team.version() - 1;
  std::string green = team.create(job_body(R"("tags":"green")"));
  team.render(team.create(job_body(R"("tags":"blue")")));
  std::int64_t claimed = team.version() - 2;
  Json items = unclaimed(team);
  CHECK(texts_of(items, "id") == red + " " + green);
  Json first = items[0];
  CHECK(texts_of(first["tags"]) == "red blue");
  CHECK(first["priority"] == 3);
  CHECK(first["index"] == queued);
  CHECK(first["time"] == team.entry(queued)["time"]);
  CHECK(first["queuedSince"] == first["time"]);
  CHECK(first["actor"]["team"] == team.name());
  CHECK(first["lastMatchingClaim"].names() == "index time");
  CHECK(first["lastMatchingClaim"]["index"] == claimed);
  CHECK(first["lastMatchingClaim"]["time"] == team.entry(claimed)["time"]);
  CHECK(items[1]["lastMatchingClaim"] == nullptr);
}

TEST_CASE("a job that was queued a moment ago is not unclaimed, unless asked so") {
  Team team = new_team();
  std::string id = team.create();
  CHECK(texts_of(unclaimed(team), "id") == id);
  CHECK(team.get("/ledger/v1/unclaimed").body["items"].size() == 0);
  CHECK(team.get("/ledger/v1/unclaimed?for=86400").body["items"].size() == 0);
}

TEST_CASE("unclaimed jobs as they were: the same answer for ever") {
  Team team = new_team();
  std::string id = team.create();
  std::string as_of = "&asOf=" + std::to_string(team.version());
  Answer then = team.get(std::string(kUnclaimed) + as_of);
  CHECK(then.body.names() == "at items next");
  CHECK(then.body["at"] == team.entry(team.version() - 1)["time"]);
  CHECK(texts_of(then.body["items"], "id") == id);
  team.render(id);
  CHECK(unclaimed(team).size() == 0);
  CHECK(team.get(std::string(kUnclaimed) + as_of).body == then.body);
}

TEST_CASE("jobs whose lease ended are retried ones, also once they are done") {
  Team team = new_team();
  team.create();
  std::string id = requeued_job(team);
  std::int64_t ended = team.version() - 1;
  CHECK(team.get("/ledger/v1/retried").body["items"].size() == 0);
  team.render(id);
  Json page = team.get("/ledger/v1/retried?attempts=1").body;
  CHECK(page.names() == "items next");
  REQUIRE(page["items"].size() == 1);
  Json item = page["items"][0];
  CHECK(item["id"] == id);
  CHECK(item["status"] == "finished");
  CHECK(item["leaseEnds"] == 1);
  CHECK(item["index"] == ended);
  CHECK(item["actor"]["kind"] == "system");
  CHECK(item["actor"]["team"] == team.name());
  CHECK(item["lastLeaseEnd"]["index"] == ended);
  CHECK(item["lastLeaseEnd"]["time"] == item["time"]);
  Json before = team.get("/ledger/v1/retried?attempts=1&asOf=" + std::to_string(ended)).body;
  CHECK(before["items"].size() == 0);
  Json then = team.get("/ledger/v1/retried?attempts=1&asOf=" + std::to_string(ended + 1)).body;
  CHECK(texts_of(then["items"], "status") == "queued");
}

TEST_CASE("unclaimed jobs are paged by next") {
  Team team = new_team();
  std::string expected;
  for (int i = 0; i < 5; ++i) expected += team.create() + " ";
  std::string seen;
  std::string cursor;
  do {
    Json page = team.get(std::string(kUnclaimed) + "&limit=2" + cursor).body;
    CHECK(page["items"].size() <= 2);
    seen += texts_of(page["items"], "id") + " ";
    cursor = page["next"].is_null() ? "" : "&cursor=" + std::to_string(page["next"].integer());
  } while (!cursor.empty());
  CHECK(seen == expected);
}

TEST_CASE("unclaimed and retried jobs of another team are seen with audit:all alone") {
  DaemonRun daemon;
  Team us = daemon.new_team();
  Team them = daemon.new_team();
  std::string ours = us.create();
  std::string theirs = requeued_job(them);
  Team auditor = us.with_token(R"("scopes":"audit:all")");
  CHECK(texts_of(unclaimed(us), "id") == ours);
  CHECK(unclaimed(us, "&team=" + them.name()).size() == 0);
  CHECK(texts_of(unclaimed(auditor), "id") == ours + " " + theirs);
  CHECK(texts_of(unclaimed(auditor, "&team=" + them.name()), "id") == theirs);
  std::string retried = "/ledger/v1/retried?attempts=1";
  CHECK(us.get(retried).body["items"].size() == 0);
  CHECK(texts_of(auditor.get(retried).body["items"], "id") == theirs);
  CHECK(auditor.get(retried + "&team=" + us.name()).body["items"].size() == 0);
}

TEST_CASE("unclaimed or retried jobs that cannot be asked for so are 400") {
  Team team = new_team();
  auto [query, field] = GENERATE(table<std::string, std::string>({
      {"unclaimed?for=-1", "for"},
      {"unclaimed?for=99999999999", "for"},
      {"unclaimed?limit=1001", "limit"},
      {"retried?attempts=0", "attempts"},
      {"retried?attempts=often", "attempts"},
      {"retried?cursor=x", "cursor"},
  }));
  Answer refused = team.get("/ledger/v1/" + query);
  CHECK(refused.status == 400);
  CHECK(texts_of(refused.body["details"], "field") == field);
}

}  // namespace jobledger::daemon::e2e
