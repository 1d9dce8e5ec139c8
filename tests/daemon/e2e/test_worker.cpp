#include <catch2/catch.hpp>

#include "team.h"

// The worker side: claim without waiting, heartbeat, progress, finish, fail.

namespace jobledger::daemon::e2e {
namespace {

constexpr std::string_view kClaim = "/api/v2/worker/claim";

std::string claimed_id(Team& team, std::string_view body) {
  Answer answer = team.post(kClaim, body);
  return answer.status == 200 ? answer.body["job"]["id"].text() : std::to_string(answer.status);
}

}  // namespace

TEST_CASE("a claim gives the job, a lease, its end and the payload") {
  Team team = new_team();
  std::string id = team.create();
  Answer claimed = team.post(kClaim, "");
  CHECK(claimed.status == 200);
  CHECK(claimed.body.names() == "job lease leaseExpiresAt payload");
  CHECK(claimed.body["job"] == team.job(id));
  CHECK(claimed.body["job"]["status"] == "render:dorender");
  CHECK(claimed.body["job"]["stats"]["startedAt"].is_string());
  CHECK(claimed.body["payload"] == Json(job_body()));
}

TEST_CASE("a claim takes the highest priority, then the oldest") {
  Team team = new_team();
  std::string old = team.create();
  std::string plain = team.create();
  std::string high = team.create(job_body(R"("priority":1)"));
  std::string low = team.create(job_body(R"("priority":-1)"));
  for (const std::string& next : {high, old, plain, low}) CHECK(claimed_id(team, "{}") == next);
  CHECK(claimed_id(team, "{}") == "204");
}

TEST_CASE("point 18: a claim by tags takes any overlap, one without tags takes any job") {
  Team team = new_team();
  std::string red = team.create(job_body(R"("tags":"red")"));
  std::string both = team.create(job_body(R"("tags":"red,blue")"));
  std::string none = team.create();
  CHECK(claimed_id(team, R"({"tags":["green"]})") == "204");
  CHECK(claimed_id(team, R"({"tags":["blue","green"]})") == both);
  CHECK(claimed_id(team, R"({"tags":[]})") == red);
  CHECK(claimed_id(team, R"({"tags":["red"]})") == "204");
  CHECK(claimed_id(team, "{}") == none);
}

TEST_CASE("a claim when there is no job is 204 and makes no entry") {
  Team team = new_team();
  std::int64_t before = team.version();
  Answer nothing = team.post(kClaim, "{}");
  CHECK(nothing.status == 204);
  CHECK(nothing.text.empty());
  CHECK(nothing.version() == before);
}

TEST_CASE("a claim takes no pending job") {
  Team team = new_team();
  Tree tree = team.plant("root(a)");
  CHECK(claimed_id(team, "{}") == tree["a"]);
  CHECK(claimed_id(team, "{}") == "204");
}

TEST_CASE("a claim by id gives that job, 409 if it is not queued, 404 if it is unknown") {
  Team team = new_team();
  team.create();
  Tree tree = team.plant("root(a)");
  CHECK(team.claim(tree["a"]).job == tree["a"]);
  Answer refused = team.post(kClaim, R"({"jobId":)" + json_text(tree["a"]) + "}");
  CHECK(refused.status == 409);
  CHECK(refused.body["code"] == "not_queued");
  CHECK(refused.body["details"][0]["status"] == "render:dorender");
  CHECK(team.entry(refused.version() - 1)["outcome"] == "refused");
  CHECK(team.post(kClaim, R"({"wait":60,"jobId":)" + json_text(tree["root"]) + "}").status == 409);
  CHECK(team.post(kClaim, R"({"jobId":)" + json_text(kUnknownId) + "}").status == 404);
  CHECK(team.post(kClaim, R"({"jobId":)" + json_text(kImpossibleId) + "}").status == 404);
}

TEST_CASE("a claim that is not right is 400") {
  Team team = new_team();
  team.create();
  std::string body = GENERATE("[]", "{", R"({"wait":61})", R"({"wait":-1})", R"({"wait":"1"})",
                              R"({"leaseSeconds":0})", R"({"leaseSeconds":86401})", R"({"tags":5})",
                              R"({"jobId":"nonsense"})");
  CAPTURE(body);
  CHECK(team.post(kClaim, body).status == 400);
}

TEST_CASE("a claim's payload is byte for byte the body that was sent") {
  Team team = new_team();
  std::string body = "{ \"template\" : {\"id\":\"" + std::string(kTemplate) +
                     "\"},\n\t\"unknown\" : [1.0, 1e2, \"\\u00e4\xc3\xa4\"] , \"a\\/b\":{} }";
  team.create(body);
  Answer claimed = team.post(kClaim, "");
  CHECK_THAT(claimed.text, Catch::Contains("\"payload\":" + body + "}"));
}

TEST_CASE("a child's payload is byte for byte its part of the body") {
  Team team = new_team();
  std::string child = "{\"type\":\"job\" ,\"layerName\": \"x\",  \"template\":{\"id\":\"" +
                      std::string(kTemplate) + "\",\"composition\":\"c\"},\"mine\":[ 1,2 ]}";
  Json created = team.post("/api/v2/jobs", job_body("\"assets\":[ " + child + " ]")).body;
  Answer claimed = team.claim(created["children"][0]["id"].text()).answer;
  CHECK_THAT(claimed.text, Catch::Contains("\"payload\":" + child + "}"));
}

TEST_CASE("a job of a batch gives its own part of the body as payload") {
  Team team = new_team();
  std::string body = job_body(R"("mine": [ 7 ])");
  Answer batch = team.post("/api/v2/batches", batch_body({job_body(), body}));
  Answer claimed = team.claim(batch.body["jobs"][1]["id"].text()).answer;
  CHECK_THAT(claimed.text, Catch::Contains("\"payload\":" + body + "}"));
}

TEST_CASE("a heartbeat extends the lease and makes no entry") {
  Team team = new_team();
  Claimed claimed = team.claim(team.create(), R"("leaseSeconds":60)");
  std::int64_t before = team.version();
  Answer beat = team.report(claimed, "heartbeat");
  CHECK(beat.status == 200);
  CHECK(beat.body["leaseExpiresAt"].text() >= claimed.answer.body["leaseExpiresAt"].text());
  CHECK(beat.body["stop"].missing());
  CHECK(team.version() == before);
}

TEST_CASE("progress is recorded in steps, so that the log is not flooded") {
  Team team = new_team();
  Claimed claimed = team.claim(team.create());
  auto reported = [&](int percent) {
    std::int64_t before = team.version();
    Answer answer = team.report(claimed, "progress", "\"progress\":" + std::to_string(percent));
    REQUIRE(answer.status == 200);
    return std::to_string(answer.body["progress"].integer()) +
           (answer.version() > before ? " recorded" : "");
  };
  CHECK(reported(3) == "0");
  CHECK(reported(5) == "5 recorded");
  CHECK(reported(9) == "5");
  CHECK(reported(10) == "10 recorded");
  CHECK(reported(98) == "98 recorded");
  CHECK(reported(100) == "100 recorded");
  CHECK(team.job(claimed.job)["status"] == "render:dorender");
}

TEST_CASE("progress that is out of range is 400") {
  Team team = new_team();
  Claimed claimed = team.claim(team.create());
  std::string more = GENERATE("\"x\":1", "\"progress\":-1", "\"progress\":101",
                              "\"progress\":\"50\"", "\"progress\":null");
  CHECK(team.report(claimed, "progress", more).status == 400);
}

TEST_CASE("point 17: the worker's outputUrl replaces the job's, and ours redirects to it") {
  Team team = new_team();
  std::string id = team.create();
  std::string output = "/api/v2/jobs/" + id + "/output";
  CHECK(team.job(id)["outputUrl"] == team.daemon().url() + output);
  CHECK(team.get(output).status == 404);
  Claimed claimed = team.claim(id);
  CHECK(team.get(output).status == 404);
  Answer finished = team.finish(claimed, R"("outputUrl":"https://cdn.test/v.mp4")");
  CHECK(finished.body["status"] == "finished");
  CHECK(finished.body["outputUrl"] == "https://cdn.test/v.mp4");
  Answer redirect = team.get(output);
  CHECK(redirect.status == 302);
  CHECK(redirect.header("Location") == "https://cdn.test/v.mp4");
}

TEST_CASE("points 12 and 17: outputUrl is upload.outputUrl, else the template, else our own") {
  DaemonRun daemon({"--output-url-template", "https://cdn.test/{id}.mp4"});
  Team team = daemon.new_team();
  std::string id = team.create();
  CHECK(team.job(id)["outputUrl"] == "https://cdn.test/" + id + ".mp4");
  id = team.create(job_body(R"("upload":{"outputUrl":"https://mine.test/o"})"));
  CHECK(team.job(id)["outputUrl"] == "https://mine.test/o");
  team.render(id);
  CHECK(team.job(id)["outputUrl"] == "https://mine.test/o");
  CHECK(team.get("/api/v2/jobs/" + id + "/output").header("Location") == "https://mine.test/o");
}

TEST_CASE("point 17: outputUrl is null once the job ended in error") {
  Team team = new_team();
  std::string id = team.create();
  Answer failed = team.fail(team.claim(id), "no more memory");
  CHECK(failed.body["status"] == "error");
  CHECK(failed.body["outputUrl"] == nullptr);
  CHECK(failed.body["stats"]["error"] == "no more memory");
  CHECK(failed.body["stats"]["errorAt"].is_string());
  CHECK(team.get("/api/v2/jobs/" + id + "/output").status == 404);
}

TEST_CASE("a finish or a fail that is not right is 400, and the job goes on") {
  Team team = new_team();
  Claimed claimed = team.claim(team.create());
  std::int64_t before = team.version();
  CHECK(team.report(claimed, "finish", R"("outputUrl":5)").status == 400);
  CHECK(team.report(claimed, "fail").status == 400);
  CHECK(team.report(claimed, "fail", R"("error":["x"])").status == 400);
  CHECK(team.version() == before);
  CHECK(team.status(claimed.job) == "rendering");
}

TEST_CASE("a report without a lease, or on a malformed id, is 400, on an unknown job 404") {
  Team team = new_team();
  Claimed claimed = team.claim(team.create());
  std::string kind = GENERATE("heartbeat", "progress", "finish", "fail");
  CAPTURE(kind);
  std::string more = R"("progress":50,"error":"x")";
  std::string body = R"({"lease":)" + json_text(claimed.lease) + "," + more + "}";
  std::string path = "/api/v2/worker/jobs/";
  CHECK(team.post(path + claimed.job + "/" + kind, "{" + more + "}").status == 400);
  CHECK(team.post(path + claimed.job + "/" + kind, "").status == 400);
  CHECK(team.post(path + "nonsense/" + kind, body).status == 400);
  CHECK(team.post(path + std::string(kUnknownId) + "/" + kind, body).status == 404);
  CHECK(team.post(path + std::string(kImpossibleId) + "/" + kind, body).status == 404);
  CHECK(team.status(claimed.job) == "rendering");
}

}  // namespace jobledger::daemon::e2e
