#include <catch2/catch.hpp>

#include "team.h"

// POST /batches, GET /batches/{id}, POST /batches/{id}/cancel.

namespace jobledger::daemon::e2e {
namespace {

constexpr std::string_view kBatches = "/api/v2/batches";

struct Batch {
  std::string id;
  std::vector<std::string> jobs;
};

Batch create(Team& team, const std::vector<std::string>& bodies) {
  Answer created = team.post(kBatches, batch_body(bodies));
  REQUIRE(created.status == 201);
  Batch batch{created.body["batchId"].text(), {}};
  for (const Json& job : created.body["jobs"].items()) batch.jobs.push_back(job["id"].text());
  return batch;
}

Answer get(Team& team, const Batch& batch) {
  return team.get(std::string(kBatches) + "/" + batch.id);
}

Answer cancel(Team& team, std::string_view id, std::string_view body = "") {
  return team.post(std::string(kBatches) + "/" + std::string(id) + "/cancel", body);
}

const std::string kBad = R"({"template":{"id":"bad"}})";

}  // namespace

TEST_CASE("a batch is 201 with every job by its index") {
  Team team = new_team();
  Answer created = team.post(kBatches, batch_body({job_body(), tree_body("p(a b)"), job_body()}));
  CHECK(created.status == 201);
  CHECK(created.body.names() == "batchId status totalJobs successCount jobs");
  CHECK(created.body["status"] == "created");
  CHECK(created.body["totalJobs"] == 3);
  CHECK(created.body["successCount"] == 3);
  CHECK(texts_of(created.body["jobs"], "index") == "0 1 2");
  CHECK(texts_of(created.body["jobs"], "status") == "queued pending queued");
  CHECK(created.body["jobs"][0].names() == "index id status outputUrl");
  CHECK(texts_of(created.body["jobs"][1]["children"], "status") == "queued queued");
  CHECK(created.version() == team.version());
}

TEST_CASE("point 20: a batch with some bad jobs is partial and names each of them") {
  Team team = new_team();
  Answer created =
      team.post(kBatches, batch_body({job_body(), kBad, job_body(), "7", nested_body(17)}));
  CHECK(created.status == 201);
  CHECK(created.body["status"] == "partial");
  CHECK(created.body["totalJobs"] == 5);
  CHECK(created.body["successCount"] == 2);
  CHECK(texts_of(created.body["jobs"], "index") == "0 2");
  CHECK(texts_of(created.body["errors"], "index") == "1 3 4");
  CHECK(texts_of(created.body["errors"], "errorCode") == "invalid_job invalid_job invalid_job");
  // Point 21: a path to what is wrong.
  CHECK_THAT(created.body["errors"][0]["error"].text(), Catch::Contains("jobs[1].template.id"));
}

TEST_CASE("point 20: if every job fails it is 400 with the same body, audited and not there") {
  Team team = new_team();
  std::int64_t before = team.version();
  Answer refused = team.post(kBatches, batch_body({kBad, "{}"}));
  CHECK(refused.status == 400);
  CHECK(refused.body["status"] == "error");
  CHECK(refused.body["totalJobs"] == 2);
  CHECK(refused.body["successCount"] == 0);
  CHECK(refused.body["jobs"].size() == 0);
  CHECK(texts_of(refused.body["errors"], "index") == "0 1");
  CHECK(team.get(std::string(kBatches) + "/" + refused.body["batchId"].text()).status == 404);
  CHECK(team.get("/api/v2/jobs").body.size() == 0);
  Json entry = team.entry(before);
  CHECK(entry["type"] == "SubmitBatch");
  CHECK(entry["outcome"] == "refused");
}

TEST_CASE("point 20: what is wrong outside of the jobs is a plain 400") {
  Team team = new_team();
  std::string body = GENERATE(std::string("{}"), std::string(R"({"jobs":{}})"), batch_body({}),
                              batch_body(std::vector<std::string>(1001, "{}")));
  std::int64_t before = team.version();
  Answer refused = team.post(kBatches, body);
  CHECK(refused.status == 400);
  CHECK(refused.body["code"] == "invalid_request");
  CHECK(texts_of(refused.body["details"], "field") == "jobs");
  CHECK(team.version() == before);
}

TEST_CASE("a batch is processing while a job of it waits, with the jobs as they stand") {
  Team team = new_team();
  Batch batch = create(team, {job_body(), tree_body("p(a b)"), job_body()});
  team.render(batch.jobs[2]);
  Json shown = get(team, batch).body;
  CHECK(shown.names() == "batchId status stats jobs");
  CHECK(shown["status"] == "processing");
  CHECK(shown["stats"].dump() == R"({"total":3,"finished":1,"error":0,"cancelled":0,"pending":2})");
  CHECK(texts_of(shown["jobs"], "index") == "0 1 2");
  CHECK(texts_of(shown["jobs"], "status") == "queued pending finished");
  CHECK(shown["jobs"][0]["stats"].missing());
  CHECK(shown["jobs"][2]["stats"] == team.job(batch.jobs[2])["stats"]);
}

TEST_CASE("point 6: cancelled jobs count as errors, and the batch's status follows") {
  Team team = new_team();
  Batch batch = create(team, {job_body(), job_body(), job_body()});
  team.cancel(batch.jobs[0]);
  team.fail(team.claim(batch.jobs[1]));
  CHECK(get(team, batch).body["status"] == "processing");
  SECTION("one finished: finished") {
    team.render(batch.jobs[2]);
    Json shown = get(team, batch).body;
    CHECK(shown["status"] == "finished");
    CHECK(shown["stats"].dump() ==
          R"({"total":3,"finished":1,"error":2,"cancelled":1,"pending":0})");
  }
  SECTION("none finished: error") {
    team.cancel(batch.jobs[2]);
    Json shown = get(team, batch).body;
    CHECK(shown["status"] == "error");
    CHECK(shown["stats"].dump() ==
          R"({"total":3,"finished":0,"error":3,"cancelled":2,"pending":0})");
    CHECK(shown["jobs"][0]["outputUrl"].missing());
  }
}

TEST_CASE("point 24: stats of a batch are of its top-level jobs") {
  Team team = new_team();
  Batch batch = create(team, {tree_body("p(a b(c))")});
  CHECK(get(team, batch).body["stats"]["total"] == 1);
  CHECK(get(team, batch).body["jobs"].size() == 1);
}

TEST_CASE("a batch of a malformed id is 400, of an unknown one 404") {
  Team team = new_team();
  CHECK(get(team, {"nonsense", {}}).status == 400);
  CHECK(get(team, {std::string(kUnknownId), {}}).status == 404);
  CHECK(get(team, {std::string(kImpossibleId), {}}).status == 404);
  CHECK(cancel(team, "nonsense").status == 400);
  CHECK(cancel(team, kUnknownId).status == 404);
  CHECK(cancel(team, kImpossibleId).status == 404);
}

TEST_CASE("a cancel of a batch cancels each of its jobs with its own cascade") {
  Team team = new_team();
  Batch batch = create(team, {job_body(), tree_body("p(a b)")});
  Answer cancelled = cancel(team, batch.id, R"({"reason":"whole order"})");
  CHECK(cancelled.status == 200);
  CHECK(cancelled.body.names() ==
        "batchId status totalJobs cancelledCount skippedCount jobs cancelledJobs");
  CHECK(cancelled.body["status"] == "cancelled");
  CHECK(cancelled.body["totalJobs"] == 2);
  CHECK(cancelled.body["cancelledCount"] == 2);
  CHECK(cancelled.body["skippedCount"] == 0);
  CHECK(texts_of(cancelled.body["jobs"], "result") == "cancelled cancelled");
  CHECK(cancelled.body["jobs"][0].names() == "index id result status");
  CHECK(cancelled.body["cancelledJobs"].size() == 4);
  CHECK(cancelled.body["cancelledJobs"][3]["stats"]["error"] == "manually cancelled: whole order");
  Json events = team.entry(cancelled.version() - 1)["events"];
  CHECK(texts_of(events, "cause") == "batch batch parent parent");
}

TEST_CASE("point 20: a cancel of a batch is partial if some of it had moved on") {
  Team team = new_team();
  Batch batch = create(team, {job_body(), kBad, job_body(), job_body()});
  team.render(batch.jobs[0]);
  team.claim(batch.jobs[1]);
  Answer cancelled = cancel(team, batch.id);
  CHECK(cancelled.status == 200);
  CHECK(cancelled.body["status"] == "partial");
  CHECK(cancelled.body["totalJobs"] == 3);  // those that were created
  CHECK(cancelled.body["cancelledCount"] == 1);
  CHECK(cancelled.body["skippedCount"] == 2);
  CHECK(texts_of(cancelled.body["jobs"], "index") == "0 2 3");
  CHECK(texts_of(cancelled.body["jobs"], "result") == "skipped skipped cancelled");
  CHECK(texts_of(cancelled.body["jobs"], "status") ==
        "finished render:dorender manually_cancelled");
  CHECK(cancelled.body["jobs"][0]["reason"].is_string());
}

TEST_CASE("a second cancel of a batch is 200 unchanged, never 409") {
  Team team = new_team();
  Batch batch = create(team, {job_body(), tree_body("p(a)")});
  cancel(team, batch.id);
  std::int64_t before = team.version();
  Answer again = cancel(team, batch.id);
  CHECK(again.status == 200);
  CHECK(again.body["status"] == "unchanged");
  CHECK(again.body["cancelledCount"] == 0);
  CHECK(again.body["skippedCount"] == 2);
  CHECK(again.body["cancelledJobs"].size() == 0);
  CHECK(again.version() == before + 1);
}

}  // namespace jobledger::daemon::e2e
