#include <catch2/catch.hpp>

#include "team.h"

// Reads as the state was: `asOf`, a version or a time.

namespace jobledger::daemon::e2e {
namespace {

std::string at(std::string_view path, std::string_view as_of) {
  return std::string(path) + "?asOf=" + std::string(as_of);
}

}  // namespace

TEST_CASE("asOf: a job as of each version of its life, and 404 before it") {
  Team team = new_team();
  std::string id = team.create();
  std::string path = "/api/v2/jobs/" + id;
  std::int64_t created = team.version();
  CHECK(team.cancel(id, R"({"reason":"late"})").status == 200);
  std::int64_t cancelled = team.version();

  CHECK(team.get(at(path, std::to_string(created - 1))).status == 404);
  Answer before = team.get(at(path, std::to_string(created)));
  CHECK(before.body["status"] == "queued");
  CHECK(before.version() == created);
  CHECK(team.get(at(path, std::to_string(cancelled))).body["status"] == "manually_cancelled");
}

TEST_CASE("asOf: a time is the last entry at or before it") {
  Team team = new_team();
  std::string id = team.create();
  std::string path = "/api/v2/jobs/" + id;
  std::string born = team.job(id)["stats"]["createdAt"].text();
  // In the very millisecond of its creation more could still happen: that is refused, and soon
  // over.
  Answer then = team.get(at(path, born));
  while (then.status != 200) then = team.get(at(path, born));
  CHECK(then.body["status"] == "queued");
  std::string first = team.daemon().admin().entry(0)["time"].text();
  CHECK(team.get(at(path, first)).status == (first == born ? 200 : 404));
}

TEST_CASE("asOf: what lies outside the history, or is neither a version nor a time, is 400") {
  Team team = new_team();
  for (std::string_view wrong :
       {"999999999", "99999999999999999999", "2999-01-01", "1999-12-31", "yesterday"}) {
    Answer refused = team.get(at("/api/v2/jobs", wrong));
    CHECK(refused.status == 400);
    CHECK(refused.body["details"][0]["field"] == "asOf");
  }
}

TEST_CASE("asOf: lists, trees, histories and batches speak of the same past") {
  Team team = new_team();
  Answer batch = team.post("/api/v2/batches", batch_body({job_body(), job_body()}));
  std::string id = batch.body["jobs"][0]["id"].text();
  std::string batch_path = "/api/v2/batches/" + batch.body["batchId"].text();
  std::string then = std::to_string(team.version());
  CHECK(team.post(batch_path + "/cancel", "").status == 200);

  CHECK(team.get(at("/api/v2/jobs", then) + "&states=queued").body.size() == 2);
  CHECK(team.get("/api/v2/jobs?states=queued").body.size() == 0);
  CHECK(team.get(at(batch_path, then)).body["stats"]["pending"] == 2);
  std::string job_path = "/ledger/v1/jobs/" + id;
  CHECK(team.get(at(job_path + "/tree", then)).body["root"]["status"] == "queued");
  CHECK(team.get(at(job_path + "/history", then)).body["items"].size() == 1);
}

TEST_CASE("a repeat by a token without the scope does not get the first answer") {
  Team team = new_team();
  team.create();
  Headers key = {{"Idempotency-Key", "claim-1"}};
  CHECK(team.post("/api/v2/worker/claim", "{}", key).status == 200);
  Team auditor = team.with_token(R"("scopes":"audit:read")");
  Answer refused = auditor.post("/api/v2/worker/claim", "{}", key);
  CHECK(refused.status == 403);
  CHECK(refused.body["payload"].missing());
  // And the 403 did not use up the key of those who may.
  CHECK(team.post("/api/v2/worker/claim", "{}", key).header("Idempotency-Replayed") == "true");
}

TEST_CASE("the offender of a list is named by its place, even if it is the only one") {
  Team team = new_team();
  std::string good = team.create();
  Answer refused = team.cancel_all({good, std::string(kUnknownId)});
  CHECK(refused.status == 404);
  CHECK(refused.body["details"][0]["field"] == "jobs[1]");
}

}  // namespace jobledger::daemon::e2e
