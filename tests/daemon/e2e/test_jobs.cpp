#include <catch2/catch.hpp>

#include "team.h"

// Create, join, get and logs of one job: the rows of the contract's first table.

namespace jobledger::daemon::e2e {
namespace {

constexpr std::string_view kJobs = "/api/v2/jobs";

std::string join_body(std::string_view assets, std::string_view more = "") {
  return R"({"assets":[)" + std::string(assets) + ']' + (more.empty() ? "" : ",") +
         std::string(more) + '}';
}

std::string joined_job(std::string_view template_id = kTemplate) {
  return R"({"type":"job","template":{"id":")" + std::string(template_id) +
         R"(","composition":"main"}})";
}

}  // namespace

TEST_CASE("a create without children is 201 with id, status queued and outputUrl") {
  Team team = new_team();
  Answer created = team.post(kJobs, job_body());
  CHECK(created.status == 201);
  CHECK(created.header("Content-Type") == "application/json");
  CHECK(created.body.names() == "id status outputUrl");
  CHECK(created.body["id"].text().size() == 26);
  CHECK(created.body["status"] == "queued");
  CHECK(created.body["outputUrl"] ==
        team.daemon().url() + "/api/v2/jobs/" + created.body["id"].text() + "/output");
}

TEST_CASE("a create with children is pending and names each child, however deep") {
  Team team = new_team();
  Answer created = team.post(kJobs, tree_body("root(a b(c))"));
  REQUIRE(created.status == 201);
  CHECK(created.body.names() == "id status outputUrl children");
  CHECK(created.body["status"] == "pending");
  CHECK(texts_of(created.body["children"], "status") == "queued pending");
  CHECK(created.body["children"][0].names() == "id status outputUrl");
  CHECK(created.body["children"][1]["children"][0]["status"] == "queued");
}

TEST_CASE("a create takes every member that the original knows") {
  Team team = new_team();
  Answer created = team.post(
      kJobs, R"({"template":{"id":"ABCDEFGHIJKLMNOPQRSTUVWXYZ","src":"s3://x","composition":"c"},)"
             R"("preview":true,"fonts":["a"],"assets":[{"type":"image","src":"x"}],"settings":{},)"
             R"("upload":{"provider":"s3","params":{}},"tags":["a","b"],"priority":-3,"webhook":)"
             R"({"url":"https://x.test/","method":"PUT","headers":{},"data":1,"custom":true}})");
  REQUIRE(created.status == 201);
  Json job = team.job(created.body["id"].text());
  CHECK(job["templateId"] == "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  CHECK(job["stats"]["totalAssets"] == 1);
}

TEST_CASE("a create that is not right is 400 with details by field") {
  Team team = new_team();
  auto [body, field] = GENERATE(table<std::string, std::string>({
      {"{}", "template"},
      {R"({"template":7})", "template"},
      {R"({"template":{}})", "template.id"},
      {R"({"template":{"id":"short"}})", "template.id"},
      {job_body(R"("priority":"high")"), "priority"},
      {job_body(R"("priority":1.5)"), "priority"},
      {job_body(R"("tags":{})"), "tags"},
      {job_body(R"("preview":"yes")"), "preview"},
      {job_body(R"("fonts":{})"), "fonts"},
      {job_body(R"("settings":[])"), "settings"},
      {job_body(R"("webhook":{})"), "webhook.url"},
      {job_body(R"("webhook":{"url":"ftp://x"})"), "webhook.url"},
      {job_body(R"("upload":{"outputUrl":5})"), "upload.outputUrl"},
      {job_body(R"("assets":[5])"), "assets[0]"},
      {job_body(R"("assets":[{"type":"job"}])"), "assets[0].layerName"},
      {job_body(R"("assets":[{"type":"job","layerName":"x","template":{"id":"x"}}])"),
       "assets[0].template.id"},
  }));
  CAPTURE(body);
  std::int64_t before = team.version();
  Answer refused = team.post(kJobs, body);
  CHECK(refused.status == 400);
  CHECK(refused.body["code"] == "invalid_request");
  CHECK_THAT(texts_of(refused.body["details"], "field"), Catch::Contains(field));
  CHECK(team.version() == before);
}

TEST_CASE("every problem of a create is named at once") {
  Team team = new_team();
  Answer refused =
      team.post(kJobs, R"({"template":{"id":1},"preview":2,"fonts":3,"priority":"4"})");
  CHECK(refused.status == 400);
  CHECK(refused.body["details"].size() == 4);
}

TEST_CASE("a job is shown with all its members") {
  Team team = new_team();
  Json job = team.job(team.create());
  CHECK(job.names() == "id templateId status progress stats outputUrl");
  CHECK(job["stats"].names() ==
        "createdAt updatedAt startedAt finishedAt errorAt totalAssets renderDuration error");
  CHECK(job["templateId"] == kTemplate);
  CHECK(job["progress"] == 0);
  CHECK_THAT(job["stats"]["createdAt"].text(),
             Catch::Matches("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z"));
  CHECK(job["stats"]["startedAt"] == nullptr);
  CHECK(job["stats"]["finishedAt"] == nullptr);
  CHECK(job["stats"]["errorAt"] == nullptr);
  CHECK(job["stats"]["renderDuration"] == nullptr);
  CHECK(job["stats"]["error"] == nullptr);
}

TEST_CASE("a finished job is shown with its times and its whole progress") {
  Team team = new_team();
  std::string id = team.create();
  team.render(id);
  Json job = team.job(id);
  CHECK(job["status"] == "finished");
  CHECK(job["progress"] == 100);
  CHECK(job["stats"]["startedAt"].is_string());
  CHECK(job["stats"]["finishedAt"].is_string());
  CHECK(job["stats"]["errorAt"] == nullptr);
  CHECK(job["stats"]["renderDuration"].is_number());
}

TEST_CASE("point 25: a get of an unknown, an impossible or a malformed id is 404") {
  Team team = new_team();
  std::string id = GENERATE(std::string(kUnknownId), std::string(kImpossibleId),
                            std::string("nonsense"), std::string("01j8zq5v7m3n9xkcw2d4r6t8yb"));
  Answer refused = team.get("/api/v2/jobs/" + id);
  CHECK(refused.status == 404);
  CHECK(refused.body["code"] == "job_not_found");
}

TEST_CASE("the logs of a job are its history as lines") {
  Team team = new_team();
  std::string id = team.create();
  team.cancel(id, R"({"reason":"a\nb"})");
  Answer logs = team.get("/api/v2/jobs/" + id + "/logs");
  CHECK(logs.status == 200);
  CHECK_THAT(logs.header("Content-Type"), Catch::StartsWith("text/plain"));
  CHECK(std::count(logs.text.begin(), logs.text.end(), '\n') == 2);
  CHECK_THAT(logs.text, Catch::Contains("JobSubmitted: queued, by tester\n"));
  CHECK_THAT(logs.text,
             Catch::Contains("queued -> manually_cancelled") && Catch::Contains("reason: a b\n"));
}

TEST_CASE("the logs of a malformed id are 400, of an unknown one 404") {
  Team team = new_team();
  CHECK(team.get("/api/v2/jobs/nonsense/logs").status == 400);
  CHECK(team.get("/api/v2/jobs/" + std::string(kUnknownId) + "/logs").status == 404);
  CHECK(team.get("/api/v2/jobs/" + std::string(kImpossibleId) + "/logs").status == 404);
}

TEST_CASE("a join is 201 as a create, and its children follow the same rules") {
  Team team = new_team();
  std::string video = R"({"type":"video","src":"https://x.test/a.mp4"})";
  Answer created =
      team.post("/api/v2/jobs/join", join_body(video + "," + joined_job() + "," + joined_job()));
  REQUIRE(created.status == 201);
  CHECK(created.body["status"] == "pending");
  CHECK(texts_of(created.body["children"], "status") == "queued queued");
  CHECK(team.job(created.body["id"].text())["templateId"] == nullptr);
}

TEST_CASE("point 19: a joined parent passes queued like any other before it renders") {
  Team team = new_team();
  Json created = team.post("/api/v2/jobs/join", join_body(joined_job())).body;
  std::string id = created["id"].text();
  team.render(created["children"][0]["id"].text());
  CHECK(team.status(id) == "queued");
  team.render(id);
  CHECK(team.status(id) == "finished");
}

TEST_CASE("a join of videos alone is queued") {
  Team team = new_team();
  Answer created =
      team.post("/api/v2/jobs/join", join_body(R"({"type":"video","src":"https://x.test/a"})"));
  CHECK(created.status == 201);
  CHECK(created.body["status"] == "queued");
}

TEST_CASE("a join of nothing, or of what cannot be joined, is 400") {
  Team team = new_team();
  std::string body = GENERATE(std::string("{}"), join_body(""), join_body(R"({"type":"image"})"),
                              join_body(R"({"type":"video"})"), join_body(R"({"src":"x"})"),
                              join_body(joined_job("bad")));
  CAPTURE(body);
  CHECK(team.post("/api/v2/jobs/join", body).status == 400);
}

}  // namespace jobledger::daemon::e2e
