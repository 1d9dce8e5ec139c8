#include <catch2/catch.hpp>

#include "team.h"

// GET /api/v2/batches and /ledger/v1/batches: the list of batches.

namespace jobledger::daemon::e2e {
namespace {

constexpr std::string_view kBatches = "/api/v2/batches";

struct Made {
  std::string id;
  std::string job;  ///< its first
};

Made create(Team& team, const std::vector<std::string>& bodies) {
  Answer created = team.post(kBatches, batch_body(bodies));
  REQUIRE(created.status == 201);
  return {created.body["batchId"].text(), created.body["jobs"][0]["id"].text()};
}

std::string ids(Team& team, const std::string& query) {
  Answer page = team.get(std::string(kBatches) + "?" + query);
  CAPTURE(query);
  REQUIRE(page.status == 200);
  return texts_of(page.body["items"], "batchId");
}

}  // namespace

TEST_CASE("the list of batches is newest first, and each counts as by its own call") {
  Team team = new_team();
  Made first = create(team, {job_body(), tree_body("p(a b)"), R"({"template":{"id":"bad"}})"});
  Answer second = team.post(kBatches, batch_body({job_body()}), {{"X-On-Behalf-Of", "Ada L."}});
  team.render(first.job);
  team.cancel(second.body["jobs"][0]["id"].text());
  std::string path = GENERATE("/api/v2/batches", "/ledger/v1/batches");
  Json page = team.get(path).body;
  CHECK(page.names() == "items next");
  CHECK(page["next"] == nullptr);
  REQUIRE(page["items"].size() == 2);
  Json newest = page["items"][0];
  CHECK(newest["batchId"] == second.body["batchId"]);
  CHECK(newest["status"] == "error");
  CHECK(newest["stats"]["cancelled"] == 1);
  CHECK(newest["index"] == second.version() - 1);
  CHECK(newest["time"] == team.entry(second.version() - 1)["time"]);
  CHECK(newest["createdAt"] == newest["time"]);
  CHECK(newest["actor"]["team"] == team.name());
  CHECK(newest["onBehalfOf"] == "Ada L.");
  Json oldest = page["items"][1];
  CHECK(oldest["batchId"] == first.id);
  CHECK(oldest["totalJobs"] == 3);
  Json alone = team.get(std::string(kBatches) + "/" + first.id).body;
  CHECK(oldest["stats"] == alone["stats"]);
  CHECK(oldest["stats"]["total"] == 2);
  CHECK(oldest["status"] == alone["status"]);
}

TEST_CASE("batches by status, as they are now and as they were") {
  Team team = new_team();
  Made done = create(team, {job_body()});
  Made lost = create(team, {job_body()});
  Made open = create(team, {job_body()});
  std::string then = std::to_string(team.version());
  team.render(done.job);
  team.cancel(lost.job);
  create(team, {job_body()});
  CHECK(ids(team, "status=finished") == done.id);
  CHECK(ids(team, "status=error") == lost.id);
  CHECK(ids(team, "status=finished&asOf=" + then) == "");
  CHECK(ids(team, "status=processing&asOf=" + then) == open.id + " " + lost.id + " " + done.id);
  CHECK(ids(team, "asOf=" + then) == open.id + " " + lost.id + " " + done.id);
}

TEST_CASE("batches by the date of their creation") {
  Team team = new_team();
  Made made = create(team, {job_body()});
  std::string born = team.get(kBatches).body["items"][0]["createdAt"].text();
  CHECK(ids(team, "from_date=" + born) == made.id);
  CHECK(ids(team, "to_date=" + born) == made.id);
  CHECK(ids(team, "to_date=2020-01-01") == "");
  CHECK(ids(team, "from_date=2999-01-01") == "");
}

TEST_CASE("the list of batches is paged by next, also while new ones come") {
  Team team = new_team();
  std::string expected;
  for (int i = 0; i < 5; ++i) expected = create(team, {job_body()}).id + " " + expected;
  std::string seen;
  std::string cursor;
  do {
    Json page = team.get(std::string(kBatches) + "?limit=2" + cursor).body;
    CHECK(page["items"].size() <= 2);
    seen += texts_of(page["items"], "batchId") + " ";
    cursor = page["next"].is_null() ? "" : "&cursor=" + std::to_string(page["next"].integer());
    create(team, {job_body()});
  } while (!cursor.empty());
  CHECK(seen == expected);
}

TEST_CASE("a list of batches that cannot be is 400") {
  Team team = new_team();
  auto [query, field] = GENERATE(table<std::string, std::string>({
      {"status=created", "status"},
      {"from_date=soon", "from_date"},
      {"to_date=soon", "to_date"},
      {"limit=0", "limit"},
      {"cursor=-1", "cursor"},
  }));
  Answer refused = team.get(std::string(kBatches) + "?" + query);
  CHECK(refused.status == 400);
  CHECK(texts_of(refused.body["details"], "field") == field);
}

}  // namespace jobledger::daemon::e2e
