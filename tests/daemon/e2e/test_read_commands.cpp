#include <algorithm>
#include <catch2/catch.hpp>

#include "team.h"

// `jobledger jobs`, `job`, `batches`, `batch` and `tree`, asked of a running daemon.

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
  CHECK(run.err.empty());
  return run.out;
}

std::string ids(const Team& team, Words words) {
  words.insert(words.begin(), "jobs");
  words.push_back("--ids");
  return said(team, words);
}

}  // namespace

TEST_CASE("jobs lists the jobs of the team, by status, tag and order") {
  Team team = new_team();
  std::string red = team.create(job_body(R"("tags":"red","priority":1)"));
  std::string blue = team.create(job_body(R"("tags":"blue","priority":5)"));
  std::string gone = team.create(job_body(R"("tags":"red")"));
  team.cancel(gone, R"({"reason":"wrong logo"})");
  std::string table = said(team, {"jobs"});
  CHECK_THAT(table, Catch::StartsWith("JOB                         STATUS              DONE  "
                                      "CREATED                   NOTE\n" +
                                      red + "  queued                0%  20"));
  CHECK_THAT(table, Catch::Contains(gone + "  manually_cancelled    0%") &&
                        Catch::EndsWith("Z  wrong logo\n"));
  CHECK(ids(team, {}) == red + '\n' + blue + '\n' + gone + '\n');
  CHECK(ids(team, {"--states", "queued"}) == red + '\n' + blue + '\n');
  CHECK(ids(team, {"--exclude-states", "queued,pending"}) == gone + '\n');
  CHECK(ids(team, {"--tags", "red"}) == red + '\n' + gone + '\n');
  CHECK(ids(team, {"--sort", "priority", "--limit", "1"}) == blue + '\n');
  CHECK(ids(team, {"--from", "2", "--sort", "newest_first"}) == red + '\n');
  CHECK(ids(team, {"--to-date", "2020-01-01"}).empty());
  CHECK(Json(said(team, {"jobs", "--json"})) == team.get("/api/v2/jobs").body);
  CHECK(said(team, {"jobs", "--json", "--tags", "green"}) == "[]\n");
  CHECK(said(team, {"jobs", "--tags", "green"}) == "no job is like that\n");
}

TEST_CASE("jobs tells that there may be more, and with --all takes every page") {
  Team team = new_team();
  team.post("/api/v2/batches", batch_body(std::vector<std::string>(7, job_body())));
  CHECK_THAT(said(team, {"jobs", "--limit", "3"}),
             Catch::EndsWith("there may be more: --from 3, or --all\n"));
  Json all(said(team, {"jobs", "--all", "--limit", "3", "--json"}));
  CHECK(all == team.get("/api/v2/jobs").body);
  CHECK(all.size() == 7);
  std::string table = said(team, {"jobs", "--all", "--limit", "3"});
  CHECK(std::count(table.begin(), table.end(), '\n') == 8);
  CHECK(table.find("JOB", 1) == std::string::npos);
  CHECK(Json(said(team, {"jobs", "--all", "--limit", "7", "--json"})) == all);
}

TEST_CASE("job shows one job, now and as it was") {
  Team team = new_team();
  std::string id = team.create();
  std::string then = std::to_string(team.version());
  team.cancel(id, R"({"reason":"wrong logo"})");
  CHECK_THAT(said(team, {"job", id}),
             Catch::StartsWith("Job       " + id + "\nStatus    manually_cancelled, 0% done\n") &&
                 Catch::EndsWith("Error     manually cancelled: wrong logo\n"));
  CHECK_THAT(said(team, {"job", id, "--as-of", then}), Catch::Contains("Status    queued"));
  CHECK(Json(said(team, {"job", id, "--json"})) == team.job(id));
}

TEST_CASE("batch and batches show how their jobs stand") {
  Team team = new_team();
  Answer made = team.post("/api/v2/batches", batch_body({job_body(), job_body(), job_body()}));
  std::string id = made.body["batchId"].text();
  team.render(made.body["jobs"][0]["id"].text());
  team.cancel(made.body["jobs"][1]["id"].text());
  CHECK_THAT(
      said(team, {"batch", id}),
      Catch::StartsWith("Batch     " + id +
                        "\nStatus    processing\nJobs      3: 1 finished, 1 in error (1 of "
                        "them cancelled), 1 pending\n\n#  JOB") &&
          Catch::Contains("1  " + made.body["jobs"][1]["id"].text() + "  manually_cancelled  -\n"));
  CHECK_THAT(said(team, {"batches"}), Catch::Contains(id + "  processing       1/3      1  20"));
  CHECK(said(team, {"batches", "--status", "finished"}) == "no batch is like that\n");
  CHECK(Json(said(team, {"batch", id, "--json"})) == team.get("/api/v2/batches/" + id).body);
  CHECK(Json(said(team, {"batches", "--json"})) == team.get("/api/v2/batches").body);
}

TEST_CASE("tree draws the whole tree with what a cascade did") {
  Team team = new_team();
  Tree tree = team.plant("p(a b c)");
  team.claim(tree["c"]);
  team.cancel(tree["a"]);
  std::string short_id = tree["a"].substr(20);
  CHECK(said(team, {"tree", tree["b"]}) ==
        tree["p"] + "  manually_cancelled  by its child …" + short_id + "\n├─ " + tree["a"] +
            "  manually_cancelled  asked for\n├─ " + tree["b"] +
            "  manually_cancelled  by its sibling …" + short_id + "\n└─ " + tree["c"] +
            "  render:dorender  left alone\n");
  CHECK_THAT(said(team, {"tree", tree["b"], "--dot"}), Catch::StartsWith("digraph tree {\n"));
  Json json(said(team, {"tree", tree["b"], "--json"}));
  CHECK(json["root"]["children"][2]["cascade"]["result"] == "skipped");
  CHECK(json["root"]["children"][2]["cascade"]["via"] == tree["a"]);
}

TEST_CASE("a tree tells causes only if it is asked to") {
  Team team = new_team();
  Tree tree = team.plant("p(a b)");
  std::string path = "/ledger/v1/jobs/" + tree["p"] + "/tree";
  std::string then = std::to_string(team.version());
  team.cancel(tree["a"]);
  CHECK(team.get(path).body["root"]["cascade"].missing());
  CHECK(team.get(path + "?causes=false").body == team.get(path).body);
  Json root = team.get(path + "?causes=true").body["root"];
  CHECK(root["cascade"].dump() ==
        R"({"result":"cancelled","cause":"child","via":")" + tree["a"] + "\"}");
  CHECK(root["children"][0]["cascade"].dump() ==
        R"({"result":"cancelled","cause":"requested","via":null})");
  CHECK(team.get(path + "?causes=true&asOf=" + then).body["root"]["cascade"].missing());
  Answer refused = team.get(path + "?causes=maybe");
  CHECK(refused.status == 400);
  CHECK(texts_of(refused.body["details"], "field") == "causes");
}

TEST_CASE("a job that one cascade left alone and another cancelled tells of the second") {
  Team team = new_team();
  Tree tree = team.plant("p(a b)");
  Claimed held = team.claim(tree["b"]);
  team.cancel(tree["a"]);
  std::string path = "/ledger/v1/jobs/" + tree["p"] + "/tree?causes=true";
  CHECK(team.get(path).body["root"]["children"][1]["cascade"]["result"] == "skipped");
  team.call("PATCH", "/api/v2/jobs/" + tree["b"] + "/cancel?running=stop");
  team.report(held, "stopped");
  CHECK(team.get(path).body["root"]["children"][1]["cascade"].dump() ==
        R"({"result":"cancelled","cause":"stopped","via":null})");
}

TEST_CASE("reading what is wrong is exit 2, and what is not there exit 3") {
  Team team = new_team();
  std::string unknown(kUnknownId);
  for (const char* command : {"job", "batch", "tree"}) {
    INFO(command);
    CHECK(tried(team, {command}).code == 2);
    CHECK(tried(team, {command, "nonsense"}).code == 2);
    CHECK(tried(team, {command, unknown}).code == 3);
    CHECK(run_program({command, unknown}).code == 2);
  }
  CHECK(tried(team, {"jobs", "--states", "sleeping"}).code == 2);
  CHECK(tried(team, {"jobs", "--sort", "size"}).code == 2);
  CHECK(tried(team, {"jobs", "--from-date", "yesterday"}).code == 2);
  CHECK(tried(team, {"jobs", "--limit", "0"}).code == 2);
  CHECK(tried(team, {"jobs", "--json", "--ids"}).code == 2);
  CHECK(run_program({"jobs", "--url", "http://127.0.0.1:1", "--token", "x"}).code == 3);
}

TEST_CASE("help of a command ends with an example") {
  Finished help = run_program({"worker", "run", "--help"});
  CHECK(help.code == 0);
  CHECK_THAT(help.out, Catch::Contains("Examples:\n  jobledger worker run -- ./render.sh"));
}

}  // namespace jobledger::daemon::e2e
