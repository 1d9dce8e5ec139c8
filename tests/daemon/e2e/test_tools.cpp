#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "team.h"

// The commands on a data directory: replay, rebuild, export, import, verify --invariants.

namespace jobledger::daemon::e2e {
namespace {

namespace fs = std::filesystem;

/// A daemon on another directory, with the tokens of the one it came from.
class Served {
 public:
  explicit Served(const std::string& data_dir)
      : process_({"serve", "--data-dir", data_dir, "--listen", "127.0.0.1:0"},
                 dir_.path() + "/log") {
    std::string line = process_.read_line();
    REQUIRE_THAT(line, Catch::StartsWith("listening on http://"));
    url_ = line.substr(line.find("http://"));
  }
  ~Served() {
    process_.signal(SIGTERM);
    process_.wait();
  }

  Json get(const std::string& path, const std::string& token) const {
    http::Client client(static_cast<std::uint16_t>(std::stoi(url_.substr(url_.rfind(':') + 1))));
    client.send(request_text("GET", path, token));
    return read_answer(client).body;
  }

 private:
  tests::TempDir dir_;
  Process process_;
  std::string url_;
};

Finished run_on(const std::string& command, const std::string& data_dir, const Words& more = {}) {
  Words words = {command, "--data-dir", data_dir};
  words.insert(words.end(), more.begin(), more.end());
  return run_program(words);
}

}  // namespace

TEST_CASE("a replay is served as of then, by the tokens of now") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  Tree tree = team.plant("root(a b)");
  std::int64_t before = team.version();
  team.cancel(tree["a"]);
  Team late = team.with_token(R"("scopes":"jobs:read")");
  tests::TempDir dir;
  std::string into = dir.path() + "/copy";
  Finished done = run_on("replay", daemon.data_dir(),
                         {"--into", into, "--until", std::to_string(before), "--json"});
  INFO(done.err);
  REQUIRE(done.code == 0);
  Json report(done.out);
  CHECK(report["from"]["version"] == before);
  CHECK(report["tokens"].size() == 1);
  CHECK(run_on("verify", into, {"--invariants"}).code == 0);
  Served served(into);
  CHECK(served.get("/api/v2/jobs/" + tree["a"], late.token())["status"] == "queued");
  CHECK(served.get("/api/v2/jobs/" + tree["root"], team.token())["status"] == "pending");
}

TEST_CASE("a replay without a cancel says what would have been") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  Tree tree = team.plant("root(a b)");
  team.cancel(tree["a"]);
  std::int64_t cancel = team.version() - 1;
  team.cancel(tree["b"]);
  team.cancel_all({tree["b"]});
  daemon.stop();
  tests::TempDir dir;
  Finished done = run_on("replay", daemon.data_dir(),
                         {"--without", std::to_string(cancel), "--into", dir.path()});
  INFO(done.err);
  REQUIRE(done.code == 0);
  CHECK_THAT(done.out, Catch::Contains("left out: entry " + std::to_string(cancel)) &&
                           Catch::Contains("refused (not_cancellable)") &&
                           Catch::Contains("cancelled 3 jobs") &&
                           Catch::Contains("2 commands were decided again: 1 came out otherwise"));
  CHECK(run_on("verify", dir.path(), {"--invariants"}).code == 0);
}

TEST_CASE("a replay that cannot be is refused, and its directory stays as it is") {
  DaemonRun daemon;
  daemon.stop();
  tests::TempDir dir;
  write_file(dir.path() + "/file", "mine");
  std::string fresh = dir.path() + "/fresh";
  auto code = [&](const Words& more) { return run_on("replay", daemon.data_dir(), more).code; };
  CHECK(code({"--into", dir.path()}) == 3);
  CHECK(read_file(dir.path() + "/file") == "mine");
  CHECK(std::distance(fs::directory_iterator(dir.path()), fs::directory_iterator()) == 1);
  CHECK(code({}) == 2);
  CHECK(code({"--into", fresh, "--until", "yesterday"}) == 2);
  CHECK(code({"--into", fresh, "--without", "-1"}) == 2);
  CHECK(code({"--into", fresh, "--until", "1000000"}) == 3);
  CHECK(code({"--into", fresh, "--until", "1999-01-01T00:00:00Z"}) == 3);
  CHECK(code({"--into", fresh, "--without", "1000000"}) == 3);
  CHECK(run_on("replay", dir.path(), {"--into", fresh}).code == 3);
  CHECK_FALSE(fs::exists(fresh));
}

TEST_CASE("a rebuild leaves the same ledger with a new snapshot, once its daemon has stopped") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  std::string job = team.create();
  CHECK(run_on("rebuild", daemon.data_dir()).code == 3);
  daemon.stop();
  CHECK(run_on("rebuild", daemon.data_dir(), {"nothing"}).code == 2);
  Finished done = run_on("rebuild", daemon.data_dir(), {"jobs"});
  CHECK(done.code == 0);
  CHECK_THAT(done.out, Catch::Contains("all of them were rebuilt, not jobs alone"));
  CHECK_THAT(run_on("verify", daemon.data_dir()).out, Catch::Contains("equals a fresh fold"));
  daemon.start();
  CHECK(team.status(job) == "queued");
  CHECK(run_on("rebuild", daemon.data_dir() + "/nowhere").code == 3);
}

TEST_CASE("what was exported beside a daemon is imported and answers the same") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  Tree tree = team.plant("root(a b)");
  team.cancel(tree["a"], R"({"reason":"wrong colour"})");
  tests::TempDir dir;
  std::string file = dir.path() + "/ledger.ndjson";
  std::string into = dir.path() + "/copy";
  REQUIRE(run_on("export", daemon.data_dir(), {file}).code == 0);
  CHECK(run_on("export", daemon.data_dir()).out == read_file(file));
  Finished done = run_on("import", into, {file, "--json"});
  INFO(done.err);
  REQUIRE(done.code == 0);
  Json report(done.out);
  CHECK(report["version"] == team.version());
  CHECK(report["rootHash"] == team.get("/ledger/v1/head").body["rootHash"].text());
  CHECK(report["ledgerId"].text() != report["from"].text());
  CHECK(run_on("import", into, {file}).code == 3);
  Served served(into);
  for (const std::string& path :
       {"/api/v2/jobs/" + tree["b"], "/ledger/v1/jobs/" + tree["b"] + "/history"}) {
    CHECK(served.get(path, team.token()) == team.get(path).body);
  }
}

TEST_CASE("an export leaves out what the configuration calls secret") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  team.create(R"({"template":{"id":"01J8ZQ5V7M3N9XKCW2D4R6T8YB"},"custom":{"pin":"4711-hidden"}})");
  tests::TempDir dir;
  auto bodies = [&](const Words& more) {
    std::string file = dir.path() + "/export";
    Words words = {file};
    words.insert(words.end(), more.begin(), more.end());
    Finished done = run_on("export", daemon.data_dir(), words);
    INFO(done.err);
    CHECK(done.code == 0);
    return done.err;
  };
  CHECK_THAT(bodies({}), !Catch::Contains("without their secrets"));
  CHECK_THAT(bodies({"--secrets-members", "pin"}), Catch::Contains("1 payloads without"));
  CHECK_THAT(bodies({"--secrets-members", "pin", "--full"}), !Catch::Contains("without their"));
  CHECK(run_on("export", daemon.data_dir(), {"--secrets-members", ","}).code == 2);
}

TEST_CASE("a cut export is not imported, and leaves nothing") {
  DaemonRun daemon;
  daemon.new_team().create();
  daemon.stop();
  std::string text = run_on("export", daemon.data_dir()).out;
  tests::TempDir dir;
  std::string file = dir.path() + "/cut";
  write_file(file, text.substr(0, text.size() - 100));
  Finished done = run_on("import", dir.path() + "/copy", {file});
  CHECK(done.code == 3);
  CHECK_THAT(done.err, Catch::StartsWith("line "));
  CHECK_FALSE(fs::exists(dir.path() + "/copy"));
}

TEST_CASE("metrics need no token, and tell that every invariant holds") {
  Team team = new_team();
  std::int64_t version = team.version();
  http::Client client(team.daemon().port());
  client.send(request_text("GET", "/metrics", ""));
  Answer answer = read_answer(client);
  CHECK(answer.status == 200);
  CHECK(answer.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
  CHECK_THAT(answer.text, Catch::Contains("\njobledger_invariant_violations 0\n") &&
                              Catch::Contains("\n# TYPE jobledger_version gauge\n"));
  std::string line = answer.text.substr(answer.text.find("\njobledger_version ") + 19);
  CHECK(std::stoll(line) >= version);
}

}  // namespace jobledger::daemon::e2e
