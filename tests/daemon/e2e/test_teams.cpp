#include <catch2/catch.hpp>

#include "team.h"

// Two teams: no call of one shows anything of the other. An id of another team is as if unknown.

namespace jobledger::daemon::e2e {
namespace {

/// The same call about what is theirs and about what is nobody's must be told apart by nothing
/// but the id in it.
void check_unknown(Team& team, const std::string& method, const std::string& path,
                   const std::string& body, const std::string& theirs) {
  auto with = [](std::string text, std::string_view id) {
    std::size_t at = text.find("ID");
    return at == std::string::npos ? text : text.replace(at, 2, id);
  };
  CAPTURE(method, path);
  Answer answer = team.call(method, with(path, theirs), with(body, theirs));
  Answer unknown = team.call(method, with(path, kUnknownId), with(body, kUnknownId));
  CHECK(answer.status == unknown.status);
  CHECK(answer.status == 404);
  CHECK(answer.body["code"] == unknown.body["code"]);
  CHECK(answer.body.names() == unknown.body.names());
  for (const Json& detail : answer.body["details"].items()) CHECK(detail["status"].missing());
}

}  // namespace

TEST_CASE("every call with a job of another team is 404, as if it was unknown") {
  Team us = new_team();
  Team them = new_team();
  Tree tree = them.plant("root(a b)");
  Claimed claimed = them.claim(tree["a"]);
  std::string id = tree[GENERATE("root", "a", "b")];
  std::string lease = R"({"lease":)" + json_text(claimed.lease);
  std::string worker = "/api/v2/worker/jobs/ID/";
  for (const auto& [method, path, body] : std::vector<std::array<std::string, 3>>{
           {"GET", "/api/v2/jobs/ID", ""},
           {"GET", "/api/v2/jobs/ID/logs", ""},
           {"GET", "/api/v2/jobs/ID/output", ""},
           {"PATCH", "/api/v2/jobs/ID/cancel", ""},
           {"POST", "/api/v2/jobs/cancel", R"({"jobs":["ID"]})"},
           {"POST", "/api/v2/worker/claim", R"({"jobId":"ID"})"},
           {"POST", worker + "heartbeat", lease + "}"},
           {"POST", worker + "progress", lease + R"(,"progress":50})"},
           {"POST", worker + "finish", lease + "}"},
           {"POST", worker + "fail", lease + R"(,"error":"x"})"},
           {"GET", "/ledger/v1/jobs/ID/tree", ""},
           {"GET", "/ledger/v1/jobs/ID/history", ""},
       }) {
    check_unknown(us, method, path, body, id);
  }
  // Nothing of it is seen over there: neither a change nor who tried.
  CHECK(them.statuses(tree) == "root=pending a=rendering b=queued");
  for (const std::string& name : tree.names()) {
    for (const Json& item : them.history(tree[name]).items()) {
      CHECK(item["actor"]["team"] == them.name());
    }
  }
  CHECK(them.finish(claimed).status == 200);
}

TEST_CASE("every call with a batch of another team is 404, as if it was unknown") {
  Team us = new_team();
  Team them = new_team();
  Answer batch = them.post("/api/v2/batches", batch_body({job_body()}));
  std::string id = batch.body["batchId"].text();
  check_unknown(us, "GET", "/api/v2/batches/ID", "", id);
  check_unknown(us, "POST", "/api/v2/batches/ID/cancel", "", id);
  CHECK(them.get("/api/v2/batches/" + id).body["status"] == "processing");
}

TEST_CASE("a cancel of our jobs and one of theirs is 404 and touches none") {
  Team us = new_team();
  Team them = new_team();
  std::string ours = us.create();
  std::string theirs = them.create();
  Answer refused = us.cancel_all({ours, theirs});
  CHECK(refused.status == 404);
  CHECK(texts_of(refused.body["details"], "id") == theirs);
  CHECK(us.status(ours) == "queued");
  CHECK(them.status(theirs) == "queued");
}

TEST_CASE("lists, claims and entries hold what is the team's own alone") {
  Team us = new_team();
  Team them = new_team();
  std::string theirs = them.create(job_body(R"("tags":"red")"));
  std::int64_t entry = them.version() - 1;
  CHECK(us.get("/api/v2/jobs").body.size() == 0);
  CHECK(us.get("/api/v2/jobs?tags=red").body.size() == 0);
  CHECK(us.post("/api/v2/worker/claim", R"({"tags":"red"})").status == 204);
  CHECK(us.get("/ledger/v1/entries/" + std::to_string(entry)).status == 404);
  CHECK(us.get("/ledger/v1/entries?job=" + theirs).body["items"].size() == 0);
  CHECK(us.get("/ledger/v1/entries?type=SubmitJob").body["items"].size() == 0);
  CHECK(us.get("/ledger/v1/entries?actor=tester").body["items"].size() <= 1);
  for (const Json& item : us.get("/ledger/v1/entries").body["items"].items()) {
    CHECK_THAT(item.dump(), !Catch::Contains(theirs) && !Catch::Contains(them.name() + "\""));
  }
  CHECK(them.status(theirs) == "queued");
}

TEST_CASE("the cascade of a cancel stays in its team") {
  Team us = new_team();
  Team them = new_team();
  Tree ours = us.plant("root(a b)");
  Tree theirs = them.plant("root(a b)");
  us.cancel(ours["a"]);
  CHECK(them.statuses(theirs) == "root=pending a=queued b=queued");
}

}  // namespace jobledger::daemon::e2e
