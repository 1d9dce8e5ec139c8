#include <catch2/catch.hpp>

#include "team.h"

// `jobledger cancel` and `undo`, asked of a running daemon.

namespace jobledger::daemon::e2e {
namespace {

Finished tried(const Team& team, const Words& words) {
  return run_program(words,
                     {{"JOBLEDGER_URL", team.daemon().url()}, {"JOBLEDGER_TOKEN", team.token()}});
}

std::string said(const Team& team, const Words& words) {
  Finished run = tried(team, words);
  INFO(run.err);
  REQUIRE(run.code == 0);
  return run.out;
}

}  // namespace

TEST_CASE("cancel shows its plan, applies it, and undo takes it back") {
  Team team = new_team();
  Tree tree = team.plant("p(a b)");
  std::string plan = said(team, {"cancel", tree["a"], "--dry-run"});
  CHECK_THAT(plan, Catch::Contains(tree["b"] + "  queued   cancelled  sibling    " + tree["a"]) &&
                       Catch::Contains("nothing was done: 3 cancelled, 0 asked to stop, 0 left"));
  CHECK(team.status(tree["a"]) == "queued");
  std::string version = plan.substr(plan.rfind(' ') + 1);
  version.pop_back();
  CHECK_THAT(said(team, {"cancel", tree["a"], "--plan", version, "--reason", "wrong logo"}),
             Catch::EndsWith("3 cancelled\n"));
  CHECK(team.job(tree["b"])["stats"]["error"] == "manually cancelled: wrong logo");
  std::string index = std::to_string(team.history(tree["a"])[1]["index"].integer());
  std::string undone = said(team, {"undo", index, "--reason", "it was right"});
  CHECK_THAT(undone, Catch::Contains(tree["p"] + "  pending  reinstated") &&
                         Catch::Contains(" undoes entry " + index));
  CHECK(team.statuses(tree) == "p=pending a=queued b=queued");
}

TEST_CASE("what the state does not allow is exit 1, with a line for each job in the way") {
  Team team = new_team();
  std::string id = team.create();
  std::string plan = said(team, {"cancel", id, "--dry-run", "--json"});
  team.claim(id);
  Finished changed =
      tried(team, {"cancel", id, "--plan", std::to_string(Json(plan)["version"].integer())});
  CHECK(changed.code == 1);
  CHECK_THAT(changed.err, Catch::Contains("no longer holds") && Catch::Contains("  " + id) &&
                              Catch::Contains("by tester"));
  CHECK(tried(team, {"cancel", id}).code == 1);
  CHECK(tried(team, {"undo", std::to_string(team.version() - 1)}).code == 1);
}

TEST_CASE("cancel of several jobs, of a batch, and of a running job") {
  Team team = new_team();
  std::string one = team.create();
  std::string other = team.create();
  CHECK_THAT(said(team, {"cancel", one, other}), Catch::EndsWith("2 cancelled\n"));
  Answer batch = team.post("/api/v2/batches", batch_body({job_body(), job_body()}));
  std::string id = batch.body["batchId"].text();
  team.claim(batch.body["jobs"][0]["id"].text());
  CHECK_THAT(said(team, {"cancel", "--batch", id, "--stop-running"}),
             Catch::EndsWith("1 cancelled\nthose that were rendering are asked to stop\n"));
}

TEST_CASE("cancel and undo in a wrong way are exit 2, of what is not there exit 3") {
  Team team = new_team();
  CHECK(tried(team, {"cancel"}).code == 2);
  CHECK(tried(team, {"cancel", "nonsense"}).code == 2);
  CHECK(tried(team, {"cancel", team.create(), "--batch", std::string(kUnknownId)}).code == 2);
  CHECK(tried(team, {"undo", "x"}).code == 2);
  CHECK(run_program({"undo", "1"}, {}).code == 2);
  CHECK(tried(team, {"cancel", std::string(kUnknownId)}).code == 3);
  CHECK(tried(team, {"undo", "1000000000"}).code == 3);
}

}  // namespace jobledger::daemon::e2e
