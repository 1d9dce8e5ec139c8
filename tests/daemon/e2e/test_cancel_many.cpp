#include <catch2/catch.hpp>

#include "team.h"

// POST /jobs/cancel: all or nothing for a list of jobs.

namespace jobledger::daemon::e2e {
namespace {

std::vector<std::string> create(Team& team, int count) {
  std::vector<std::string> ids;
  for (int i = 0; i < count; ++i) ids.push_back(team.create());
  return ids;
}

std::string joined(const std::vector<std::string>& ids) {
  std::string text;
  for (const std::string& id : ids) text += (text.empty() ? "" : " ") + id;
  return text;
}

}  // namespace

TEST_CASE("a cancel of many is 200 with the jobs in the order of the request, in one entry") {
  Team team = new_team();
  std::vector<std::string> ids = create(team, 3);
  std::swap(ids[0], ids[2]);
  std::int64_t before = team.version();
  Answer cancelled = team.cancel_all(ids, R"("reason":"all of it")");
  CHECK(cancelled.status == 200);
  CHECK(texts_of(cancelled.body, "id") == joined(ids));
  CHECK(texts_of(cancelled.body, "status") ==
        "manually_cancelled manually_cancelled manually_cancelled");
  CHECK(cancelled.body[2]["stats"]["error"] == "manually cancelled: all of it");
  CHECK(cancelled.version() == before + 1);
}

TEST_CASE("point 3: explicit ids come first, then relatives breadth first") {
  Team team = new_team();
  Tree one = team.plant("root(a b(c))");
  Tree two = team.plant("top(x y)");
  Answer cancelled = team.cancel_all({two["y"], one["b"]});
  REQUIRE(cancelled.status == 200);
  std::vector<std::string> wanted = {two["y"],    one["b"], two["top"], two["x"],
                                     one["root"], one["a"], one["c"]};
  CHECK(texts_of(cancelled.body, "id") == joined(wanted));
}

TEST_CASE("point 2: a list may hold a parent and its own child, each reported once") {
  Team team = new_team();
  Tree tree = team.plant("root(a b)");
  Answer cancelled = team.cancel_all({tree["a"], tree["root"]});
  REQUIRE(cancelled.status == 200);
  CHECK(texts_of(cancelled.body, "id") == joined({tree["a"], tree["root"], tree["b"]}));
  Json events = team.entry(cancelled.version() - 1)["events"];
  CHECK(texts_of(events, "cause") == "requested requested sibling");
}

TEST_CASE("a malformed list is 400 and names each place") {
  Team team = new_team();
  std::int64_t before = team.version();
  auto [body, field] = GENERATE(table<std::string, std::string>({
      {"{}", "jobs"},
      {R"({"jobs":"x"})", "jobs"},
      {id_list({}), "jobs"},
      {id_list(std::vector<std::string>(1001, std::string(kUnknownId))), "jobs"},
      {id_list({std::string(kUnknownId), "nonsense"}), "jobs[1]"},
      {R"({"jobs":[5]})", "jobs[0]"},
      {id_list({std::string(kUnknownId), std::string(kUnknownId)}), "jobs[1]"},
      {id_list({std::string(kUnknownId)}, R"("reason":[])"), "reason"},
  }));
  Answer refused = team.post("/api/v2/jobs/cancel", body);
  CHECK(refused.status == 400);
  CHECK(texts_of(refused.body["details"], "field") == field);
  CHECK(team.version() == before);
}

TEST_CASE("point 1: with an unknown id it is 404, names every one, and nothing is cancelled") {
  Team team = new_team();
  std::vector<std::string> ids = create(team, 2);
  std::string unknown(kUnknownId);
  std::string impossible(kImpossibleId);
  team.render(ids[1]);  // 404 comes before 409
  Answer refused = team.cancel_all({ids[0], impossible, ids[1], unknown});
  CHECK(refused.status == 404);
  CHECK(refused.body["code"] == "job_not_found");
  CHECK(texts_of(refused.body["details"], "id") == joined({impossible, unknown}));
  CHECK(texts_of(refused.body["details"], "field") == "jobs[1] jobs[3]");
  CHECK(team.status(ids[0]) == "queued");
}

TEST_CASE("point 1: with one that cannot be cancelled it is 409 and names every one") {
  Team team = new_team();
  std::vector<std::string> ids = create(team, 4);
  team.render(ids[1]);
  team.cancel(ids[3], R"({"reason":"mine"})");
  std::int64_t before = team.version();
  Answer refused = team.cancel_all(ids);
  CHECK(refused.status == 409);
  CHECK(refused.body["code"] == "not_cancellable");
  CHECK(texts_of(refused.body["details"], "id") == joined({ids[1], ids[3]}));
  CHECK(texts_of(refused.body["details"], "field") == "jobs[1] jobs[3]");
  CHECK(texts_of(refused.body["details"], "status") == "finished manually_cancelled");
  CHECK(refused.body["details"][1]["reason"] == "mine");
  CHECK(team.status(ids[0]) == "queued");
  CHECK(team.status(ids[2]) == "queued");
  // The refusal itself is an entry.
  CHECK(refused.version() == before + 1);
  CHECK(team.entry(before)["outcome"] == "refused");
}

TEST_CASE("point 1: a relative that cannot be cancelled stands in nobody's way") {
  Team team = new_team();
  Tree tree = team.plant("root(a b)");
  team.claim(tree["b"]);
  CHECK(team.cancel_all({tree["a"]}).status == 200);
  CHECK(team.statuses(tree) == "root=cancelled a=cancelled b=rendering");
}

TEST_CASE("a thousand jobs can be cancelled at once") {
  Team team = new_team();
  std::vector<std::string> bodies(1000, job_body());
  Answer batch = team.post("/api/v2/batches", batch_body(bodies));
  std::vector<std::string> ids;
  for (const Json& job : batch.body["jobs"].items()) ids.push_back(job["id"].text());
  Answer cancelled = team.cancel_all(ids);
  CHECK(cancelled.status == 200);
  CHECK(texts_of(cancelled.body, "id") == joined(ids));
}

}  // namespace jobledger::daemon::e2e
