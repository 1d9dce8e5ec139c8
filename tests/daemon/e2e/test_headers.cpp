#include <catch2/catch.hpp>

#include "team.h"

// What requests may carry beside their body, and what every answer carries.

namespace jobledger::daemon::e2e {
namespace {

constexpr std::string_view kJobs = "/api/v2/jobs";
constexpr std::string_view kTrace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

}  // namespace

TEST_CASE("Ledger-Version of a command is the index of its entry plus one") {
  Team team = new_team();
  Answer created = team.post(kJobs, job_body());
  std::string id = created.body["id"].text();
  CHECK(team.entry(created.version() - 1)["events"][0]["id"] == id);
  Answer cancelled = team.cancel(id);
  CHECK(cancelled.version() == created.version() + 1);
  CHECK(team.entry(cancelled.version() - 1)["type"] == "CancelJob");
  Answer refused = team.cancel(id);
  CHECK(refused.version() == cancelled.version() + 1);
  CHECK(team.entry(refused.version() - 1)["outcome"] == "refused");
}

TEST_CASE("Ledger-Version is in every answer, that of a refusal at the door too") {
  Team team = new_team();
  std::int64_t version = team.version();
  Team stranger(team.daemon(), "", "unknown");
  CHECK(stranger.get(kJobs).version() == version);
  CHECK(team.get("/nowhere").version() == version);
  CHECK(team.call("PUT", kJobs, "{}").version() == version);
  CHECK(team.post(kJobs, "{").version() == version);
  CHECK(team.get("/healthz").version() == version);
}

TEST_CASE("point 23: answers that change nothing make no entry") {
  Team team = new_team();
  std::string id = team.create();
  Claimed claimed = team.claim(id);
  std::int64_t before = team.version();
  team.get(kJobs);
  team.get("/api/v2/jobs/" + id);
  team.get("/api/v2/jobs/" + id + "/logs");
  team.report(claimed, "heartbeat");
  CHECK(team.post("/api/v2/worker/claim", "{}").status == 204);
  CHECK(team.post(kJobs, "nonsense").status == 400);
  CHECK(team.get("/api/v2/jobs/" + std::string(kUnknownId)).status == 404);
  CHECK(team.version() == before);
}

TEST_CASE("point 23: each refused command makes one entry") {
  Team team = new_team();
  std::string id = team.create();
  Claimed claimed = team.claim(id);
  Team reader = team.with_token(R"("scopes":"jobs:read")");
  std::int64_t before = team.version();
  CHECK(team.cancel(kUnknownId).status == 404);
  CHECK(team.cancel(id).status == 409);
  CHECK(reader.cancel(id).status == 403);
  CHECK(team.post("/api/v2/worker/claim", R"({"jobId":")" + id + "\"}").status == 409);
  CHECK(team.post("/api/v2/batches/" + std::string(kUnknownId) + "/cancel", "").status == 404);
  claimed.lease = std::string(kUnknownId);
  CHECK(team.report(claimed, "finish").status == 409);
  CHECK(team.version() == before + 6);
  CHECK(texts_of(team.history(id), "outcome") ==
        "accepted accepted refused refused refused refused");
}

TEST_CASE("X-Request-Id comes back, is in the entry, and is made if there is none") {
  Team team = new_team();
  Answer created = team.post(kJobs, job_body(), {{"X-Request-Id", "order 66/a"}});
  CHECK(created.header("X-Request-Id") == "order 66/a");
  CHECK(team.entry(created.version() - 1)["requestId"] == "order 66/a");
  Answer refused = team.get("/api/v2/jobs/none", {{"X-Request-Id", "mine"}});
  CHECK(refused.body["requestId"] == "mine");
  Answer made = team.post(kJobs, job_body());
  CHECK(team.entry(made.version() - 1)["requestId"] == made.header("X-Request-Id"));
}

TEST_CASE("an X-Request-Id or X-On-Behalf-Of that cannot be taken is 400") {
  Team team = new_team();
  CHECK(team.get(kJobs, {{"X-Request-Id", std::string(201, 'x')}}).status == 400);
  CHECK(team.get(kJobs, {{"X-Request-Id", "\xc3\xa4"}}).status == 400);
  CHECK(team.get(kJobs, {{"X-Request-Id", ""}}).status == 400);
  CHECK(team.get(kJobs, {{"X-On-Behalf-Of", ""}}).status == 400);
  CHECK(team.get(kJobs, {{"X-On-Behalf-Of", std::string(257, 'x')}}).status == 400);
}

TEST_CASE("traceparent is in the entry, a malformed one counts as absent") {
  Team team = new_team();
  Answer traced = team.post(kJobs, job_body(), {{"traceparent", std::string(kTrace)}});
  CHECK(team.entry(traced.version() - 1)["traceparent"] == kTrace);
  Answer untraced = team.post(kJobs, job_body(), {{"traceparent", "00-zz"}});
  CHECK(untraced.status == 201);
  CHECK(team.entry(untraced.version() - 1)["traceparent"] == nullptr);
  Answer twice =
      team.post(kJobs, job_body(),
                {{"traceparent", std::string(kTrace)}, {"Traceparent", std::string(kTrace)}});
  CHECK(team.entry(twice.version() - 1)["traceparent"] == nullptr);
}

TEST_CASE("X-On-Behalf-Of, the reason and the token are in the entry and the history") {
  Team team = new_team();
  std::string id = team.create();
  std::string path = std::string(kJobs) + "/" + id + "/cancel";
  Answer cancelled = team.call("PATCH", path, R"({"reason":"not needed"})",
                               {{"X-On-Behalf-Of", "Ada L."}, {"User-Agent", "tests/1"}});
  for (const Json& item : {team.entry(cancelled.version() - 1), team.history(id)[1]}) {
    CHECK(item["onBehalfOf"] == "Ada L.");
    CHECK(item["reason"] == "not needed");
    CHECK(item["actor"]["kind"] == "token");
    CHECK(item["actor"]["name"] == "tester");
    CHECK(item["actor"]["team"] == team.name());
    CHECK(item["actor"]["client"] == "tests/1");
    CHECK_THAT(item["actor"]["address"].text(), Catch::StartsWith("127.0.0.1"));
  }
  CHECK_THAT(team.get("/api/v2/jobs/" + id + "/logs").text, Catch::Contains("by tester for Ada"));
}

TEST_CASE("a read with minVersion waits until that version is there") {
  Team team = daemon_of_one_thread().new_team();
  std::int64_t next = team.version() + 1;
  Waiting read = team.begin("GET", "/api/v2/jobs?minVersion=" + std::to_string(next));
  std::string id = team.create();
  Answer answer = read.answer();
  CHECK(answer.status == 200);
  CHECK(answer.version() >= next);
  CHECK(texts_of(answer.body, "id") == id);
}

TEST_CASE("a read with a minVersion that is there is answered at once") {
  Team team = new_team();
  std::int64_t version = team.version();
  CHECK(team.get("/api/v2/jobs?minVersion=" + std::to_string(version)).status == 200);
  CHECK(team.get("/api/v2/jobs?minVersion=0").status == 200);
  CHECK(team.get("/api/v2/jobs?minVersion=soon").status == 400);
  CHECK(team.get("/api/v2/jobs?minVersion=-1").status == 400);
}

TEST_CASE("a read whose minVersion does not come is 503 after a bounded wait") {
  DaemonRun daemon({"--limits-min-version-wait-seconds", "0"});
  Team team = daemon.new_team();
  Answer late = team.get("/ledger/v1/head?minVersion=1000000");
  CHECK(late.status == 503);
  CHECK(late.body["code"] == "version_not_reached");
  CHECK_FALSE(late.header("Retry-After").empty());
}

}  // namespace jobledger::daemon::e2e
