#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "team.h"

// jobledger tail

namespace jobledger::daemon::e2e {
namespace {

Variables at(const Team& team) {
  return {{"JOBLEDGER_URL", team.daemon().url()}, {"JOBLEDGER_TOKEN", team.token()}};
}

struct TailRun {
  TailRun(const Team& team, const Words& more)
      : process(words(more), dir.path() + "/err", at(team)) {}

  static Words words(const Words& more) {
    Words all = {"tail"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  std::string err() const { return read_file(dir.path() + "/err"); }

  tests::TempDir dir;
  Process process;
};

}  // namespace

TEST_CASE("tail prints each entry as a line, and ends well when interrupted") {
  Team team = new_team();
  Tree tree = team.plant("root(a b)");
  Headers behalf = {{"X-On-Behalf-Of", "ada@example.com"}};
  team.call("PATCH", "/api/v2/jobs/" + tree["a"] + "/cancel", R"({"reason":"wrong logo"})", behalf);
  TailRun tail(team, {"--from", "0"});
  CHECK_THAT(tail.process.read_line(), Catch::Contains("CreateToken  accepted"));
  CHECK_THAT(tail.process.read_line(), Catch::Contains("tester: created 3 jobs"));
  CHECK_THAT(tail.process.read_line(),
             Catch::Contains("CancelJob  accepted  tester for ada@example.com: cancelled 3 jobs (1 "
                             "requested); reason: wrong logo"));
  team.cancel(tree["a"]);
  CHECK_THAT(tail.process.read_line(),
             Catch::Contains("CancelJob  refused  tester: job " + tree["a"]));
  tail.process.signal(SIGINT);
  CHECK(tail.process.wait() == 0);
  CHECK(tail.err().empty());
}

TEST_CASE("tail as JSON prints the entries themselves, by the filters") {
  Team team = new_team();
  std::string id = team.create();
  team.create();
  TailRun tail(team,
               {"--from", "0", "--json", "--job", id, "--type", "SubmitJob", "--actor", "tester"});
  std::string line = tail.process.read_line();
  Json entry(line);
  CHECK(entry["events"][0]["id"] == id);
  CHECK(line == team.get("/ledger/v1/entries/" + std::to_string(entry["index"].integer())).text);
  tail.process.signal(SIGINT);
  CHECK(tail.process.wait() == 0);
}

TEST_CASE("tail comes back after the daemon was away, and misses nothing") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  TailRun tail(team, {"--from", "0", "--json"});
  CHECK(Json(tail.process.read_line())["type"] == "CreateToken");
  daemon.restart_in_place();
  std::string id = team.create();
  CHECK(Json(tail.process.read_line())["events"][0]["id"] == id);
  CHECK_THAT(tail.err(), Catch::Contains("coming back"));
  tail.process.signal(SIGINT);
  CHECK(tail.process.wait() == 0);
}

TEST_CASE("tail tells a ledger that was rolled back, or has another history than it had") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  team.create();
  REQUIRE(daemon.stop() == 0);
  tests::TempDir dir;
  std::string old = dir.path() + "/old";
  std::filesystem::copy(daemon.data_dir(), old, std::filesystem::copy_options::recursive);
  daemon.start();
  team.create();
  std::string kept = dir.path() + "/kept";
  {
    TailRun tail(team, {"--from", "0", "--checkpoint", kept});
    tail.process.read_line();
    daemon.restart_in_place();
    team.create();
    for (int i = 0; i < 3; ++i) tail.process.read_line();
    CHECK(std::filesystem::exists(kept));
    tail.process.signal(SIGINT);
    CHECK(tail.process.wait() == 0);
  }
  REQUIRE(daemon.stop() == 0);
  std::filesystem::remove_all(daemon.data_dir());
  std::filesystem::copy(old, daemon.data_dir(), std::filesystem::copy_options::recursive);
  daemon.start();
  Finished shorter = run_program({"tail", "--from", "0", "--checkpoint", kept}, at(team));
  CHECK(shorter.code == 1);
  CHECK_THAT(shorter.err, Catch::Contains("the ledger was rolled back"));
  for (int i = 0; i < 3; ++i) team.create();
  std::string size = "\n" + std::to_string(team.version()) + "\n";
  REQUIRE(http::eventually(
      [&] { return team.get("/ledger/v1/checkpoint").text.find(size) != std::string::npos; }));
  Finished other = run_program({"tail", "--from", "0", "--checkpoint", kept}, at(team));
  CHECK(other.code == 1);
  CHECK_THAT(other.err, Catch::Contains("the history of the ledger is another than it was"));
  Team another = new_team();
  Finished stranger = run_program({"tail", "--checkpoint", kept}, at(another));
  CHECK(stranger.code == 1);
  CHECK_THAT(stranger.err, Catch::Contains("this is another ledger"));
  write_file(kept, "nonsense");
  CHECK(run_program({"tail", "--checkpoint", kept}, at(another)).code == 3);
}

TEST_CASE("tail with a key believes what it has signed, and keeps nothing else") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  team.create();
  std::string key = team.get("/ledger/v1/keys").body["inUse"].text();
  tests::TempDir dir;
  std::string kept = dir.path() + "/kept";
  {
    TailRun tail(team, {"--from", "0", "--checkpoint", kept, "--key", key});
    tail.process.read_line();
    REQUIRE(http::eventually([&] { return std::filesystem::exists(kept); }));
    tail.process.signal(SIGINT);
    CHECK(tail.process.wait() == 0);
  }
  std::string note = read_file(kept);
  REQUIRE(daemon.admin().post("/ledger/v1/keys/rotate", "").status == 200);
  std::string size = "\n" + std::to_string(team.version()) + "\n";
  REQUIRE(http::eventually(
      [&] { return team.get("/ledger/v1/checkpoint").text.find(size) != std::string::npos; }));
  Finished other = run_program({"tail", "--checkpoint", kept, "--key", key}, at(team));
  CHECK(other.code == 1);
  CHECK_THAT(other.err, Catch::Contains("signed by no key that is trusted here"));
  CHECK(read_file(kept) == note);
  CHECK(run_program({"tail", "--checkpoint", kept, "--key", "nonsense"}, at(team)).code == 2);
}

TEST_CASE("tail says what is wrong, and which exit code it is") {
  CHECK(run_program({"tail"}).code == 2);
  CHECK(run_program({"tail"}, {{"JOBLEDGER_URL", "http://127.0.0.1:1"}}).code == 2);
  Team team = new_team();
  Variables nowhere = {{"JOBLEDGER_URL", "http://127.0.0.1:1"}, {"JOBLEDGER_TOKEN", team.token()}};
  CHECK(run_program({"tail"}, nowhere).code == 3);
  Finished refused = run_program({"tail", "--from", "99999999"}, at(team));
  CHECK(refused.code == 2);
  CHECK_THAT(refused.err, Catch::Contains("above the head"));
  CHECK(run_program({"tail", "--type", "Nonsense"}, at(team)).code == 2);
  Team blind = team.with_token(R"("scopes":"jobs:read")");
  CHECK_THAT(run_program({"tail"}, at(blind)).err, Catch::Contains("scope"));
}

}  // namespace jobledger::daemon::e2e
