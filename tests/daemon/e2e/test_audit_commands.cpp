#include <catch2/catch.hpp>

#include "team.h"

// `jobledger explain`, `audit` and `history`, asked of a running daemon.

namespace jobledger::daemon::e2e {
namespace {

Variables at(const Team& team) {
  return {{"JOBLEDGER_URL", team.daemon().url()}, {"JOBLEDGER_TOKEN", team.token()}};
}

/// The program's answer, which must be one.
std::string said(const Team& team, const Words& words) {
  Finished run = run_program(words, at(team));
  INFO(run.err);
  REQUIRE(run.code == 0);
  return run.out;
}

}  // namespace

TEST_CASE("explain tells a person why a job is cancelled, who asked and why") {
  Team team = new_team();
  Tree tree = team.plant("root(a b)");
  std::int64_t before = team.version();
  team.call("PATCH", "/api/v2/jobs/" + tree["a"] + "/cancel", R"({"reason":"wrong logo"})",
            {{"X-On-Behalf-Of", "ada@example.com"}});
  std::string text = said(team, {"explain", tree["b"]});
  CHECK_THAT(text, Catch::StartsWith("Job " + tree["b"] + " was cancelled at ") &&
                       Catch::Contains("tester on behalf of ada@example.com asked for that") &&
                       Catch::Contains("└─ " + tree["a"] + "  queued → manually_cancelled") &&
                       Catch::Contains("reason: wrong logo") && !Catch::Contains("\x1b"));
  CHECK_THAT(said(team, {"explain", tree["b"], "--as-of", std::to_string(before)}),
             Catch::StartsWith("Job " + tree["b"] + " is queued since it was created"));
  CHECK(Json(said(team, {"explain", tree["b"], "--json"}))["chain"].size() == 2);
}

TEST_CASE("an explanation is as of a version over HTTP, and of the own team alone") {
  Team team = new_team();
  std::string id = team.create();
  std::int64_t before = team.version();
  team.cancel(id);
  std::string path = "/ledger/v1/jobs/" + id + "/explain";
  CHECK(team.get(path).body["status"] == "manually_cancelled");
  Answer then = team.get(path + "?asOf=" + std::to_string(before));
  CHECK(then.version() == before);
  CHECK(then.body["status"] == "queued");
  CHECK(team.get(path + "?asOf=" + std::to_string(before - 1)).status == 404);
  CHECK(new_team().get(path).status == 404);
}

TEST_CASE("audit lists cancellations as a table, by any filter") {
  Team team = new_team();
  std::string id = team.create();
  team.cancel(id, R"({"reason":"wrong\nlogo"})");
  team.cancel(id, R"({"reason":"again"})");
  std::string table = said(team, {"audit"});
  CHECK_THAT(table, Catch::StartsWith("ENTRY ") && Catch::Contains("1 cancelled") &&
                        Catch::Contains("refused: not_cancellable") &&
                        Catch::Contains("wrong logo"));
  CHECK_THAT(said(team, {"audit", "--outcome", "refused"}),
             Catch::Contains("again") && !Catch::Contains("logo"));
  CHECK_THAT(said(team, {"audit", "--reason", "wrong lo", "--job", id, "--actor", "tester"}),
             Catch::Contains("logo") && !Catch::Contains("again"));
  std::string page = said(team, {"audit", "--limit", "1"});
  std::string index = Json(said(team, {"audit", "--limit", "1", "--json"}))["next"].dump();
  CHECK_THAT(page, Catch::EndsWith("there is more: --cursor " + index + "\n"));
  CHECK_THAT(said(team, {"audit", "--limit", "1", "--cursor", index}), Catch::Contains("logo"));
}

TEST_CASE("history lists what happened to a job") {
  Team team = new_team();
  Tree tree = team.plant("root(a b)");
  team.cancel(tree["a"]);
  team.cancel(tree["b"]);
  std::string table = said(team, {"history", tree["b"]});
  CHECK_THAT(table, Catch::StartsWith("ENTRY ") && Catch::Contains("JobSubmitted") &&
                        Catch::Contains("sibling of " + tree["a"]) &&
                        Catch::Contains("CancelJob refused: not_cancellable"));
  CHECK(Json(said(team, {"history", tree["b"], "--json"}))["items"].size() == 3);
  CHECK_THAT(said(team, {"history", tree["b"], "--limit", "1"}),
             Catch::Contains("there is more: --from "));
}

TEST_CASE("what cannot be asked is wrong usage, what is not there could not be done") {
  Team team = new_team();
  for (const char* command : {"explain", "history"}) {
    CAPTURE(command);
    CHECK(run_program({command}, at(team)).code == 2);
    CHECK(run_program({command, "nonsense"}, at(team)).code == 2);
    CHECK(run_program({command, std::string(kUnknownId)}).code == 2);
    Finished unknown = run_program({command, std::string(kUnknownId)}, at(team));
    CHECK(unknown.code == 3);
    CHECK_THAT(unknown.err, Catch::Contains("no such job"));
  }
  Finished wrong = run_program({"audit", "--outcome", "maybe"}, at(team));
  CHECK(wrong.code == 2);
  CHECK_THAT(wrong.err, Catch::Contains("{accepted,refused,undone}"));
}

}  // namespace jobledger::daemon::e2e
