#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "team.h"

// `jobledger worker run`: the smallest real worker, against a running daemon.

namespace jobledger::daemon::e2e {
namespace {

/// A worker whose command is a script for sh. In its folder ($DIR) is a pipe: what reads `go`
/// waits until the test says go().
struct WorkerRun {
  WorkerRun(const Team& team, const std::string& script, const Words& flags = {})
      : process(words(flags, script), dir.path() + "/err", variables(team)) {}

  std::string made(const std::string& path) {
    REQUIRE(mkfifo(path.c_str(), 0600) == 0);
    return path;
  }
  static Words words(const Words& flags, const std::string& script) {
    Words all = {"worker", "run", "--json"};
    all.insert(all.end(), flags.begin(), flags.end());
    for (const char* each : {"--", "sh", "-c"}) all.push_back(each);
    all.push_back(script);
    return all;
  }
  Variables variables(const Team& team) const {
    return {{"JOBLEDGER_URL", team.daemon().url()},
            {"JOBLEDGER_TOKEN", team.token()},
            {"DIR", dir.path()}};
  }

  /// Reads on to the next line about that; missing if it ends before.
  Json event(const std::string& name) {
    for (std::string line; !(line = process.read_line()).empty();) {
      Json event(line);
      if (event["event"] == name) return event;
    }
    return {};
  }
  void go() { write_file(pipe, "go\n"); }
  std::string file(const std::string& name) const { return read_file(dir.path() + '/' + name); }
  bool has(const std::string& name) const {
    return std::filesystem::exists(dir.path() + '/' + name);
  }
  std::string err() const { return file("err"); }

  tests::TempDir dir;
  std::string pipe = made(dir.path() + "/go");
  Process process;
};

const Words kOnce = {"--once"};
const Words kShortLease = {"--lease-seconds", "1"};

std::string kinds(Team& team, const std::string& id) {
  std::string all;
  for (const Json& item : team.history(id).items()) {
    Json event = item["event"]["type"];
    all += (all.empty() ? "" : " ") + (event.is_string() ? event.text() : item["type"].text());
  }
  return all;
}

}  // namespace

TEST_CASE("a worker runs a command for a job, and finishes it with what the command tells") {
  Team team = new_team();
  std::string body = job_body(R"("priority" : 7)");
  std::string id = team.create(body);
  WorkerRun worker(team,
                   "cat > $DIR/payload; env > $DIR/env; echo hello; echo progress 40 >&3; read x < "
                   "$DIR/go; echo output https://cdn.example.com/1.mp4 >&3",
                   kOnce);
  CHECK(worker.event("claimed")["job"] == id);
  REQUIRE(http::eventually([&] { return team.job(id)["progress"] == 40; }));
  worker.go();
  CHECK(worker.event("finished")["job"] == id);
  CHECK(worker.process.wait() == 0);
  CHECK(team.job(id)["status"] == "finished");
  CHECK(team.job(id)["outputUrl"] == "https://cdn.example.com/1.mp4");
  CHECK(worker.file("payload") == body);
  CHECK(worker.err() == "hello\n");
  std::string environment = worker.file("env");
  CHECK_THAT(environment, Catch::Contains("JOBLEDGER_JOB_ID=" + id) &&
                              Catch::Contains("JOBLEDGER_LEASE=") &&
                              Catch::Contains("JOBLEDGER_URL=" + team.daemon().url()) &&
                              !Catch::Contains(team.token()));
}

TEST_CASE("a command gets its words as they are, and the token only if that is asked for") {
  Team team = new_team();
  team.create();
  tests::TempDir dir;
  Finished run =
      run_program({"worker", "run", "--once", "--pass-token", "--name", "farm-7", "--", "sh", "-c",
                   "printf '%s|' \"$@\" >&2; test \"$JOBLEDGER_TOKEN\" = \"" + team.token() + "\"",
                   "[a,b]", "--json", "", "--", "x y"},
                  {{"JOBLEDGER_URL", team.daemon().url()}, {"JOBLEDGER_TOKEN", team.token()}});
  CHECK(run.code == 0);
  CHECK(run.err == "--json||--|x y|");
  CHECK_THAT(run.out, Catch::Contains("  claimed   ") && Catch::Contains("  finished  "));
  Json entry = team.entry(team.version() - 1);
  CHECK_THAT(entry["actor"]["client"].text(), Catch::StartsWith("farm-7 jobledger/"));
}

TEST_CASE("a job fails with the last lines of what its command complained of") {
  Team team = new_team();
  std::string id = team.create();
  WorkerRun worker(team, "echo loading >&2; echo 'no font Inter' >&2; exit 3", kOnce);
  CHECK(worker.event("failed")["job"] == id);
  CHECK(worker.process.wait() == 1);
  CHECK(team.job(id)["stats"]["error"] == "exit 3: loading\nno font Inter");
  CHECK(worker.err() == "loading\nno font Inter\n");
}

TEST_CASE("a command that dies is told with its signal") {
  Team team = new_team();
  std::string id = team.create();
  WorkerRun worker(team, "kill -9 $$", kOnce);
  CHECK(worker.process.wait() == 1);
  CHECK(team.job(id)["stats"]["error"] == "ended by signal 9 (Killed)");
}

TEST_CASE("an output that the daemon refuses makes the job fail, not hang") {
  Team team = new_team();
  std::string id = team.create();
  WorkerRun worker(team, "printf 'output https://x/%09000d\\n' 1 >&3", kOnce);
  CHECK(worker.process.wait() == 1);
  CHECK_THAT(team.job(id)["stats"]["error"].text(), Catch::StartsWith("the output is refused: "));
}

TEST_CASE("workers take jobs by tags, and end after as many as they may") {
  Team team = new_team();
  std::string blue = team.create(job_body(R"("tags":"blue")"));
  std::string red = team.create(job_body(R"("tags":"red")"));
  std::string pink = team.create(job_body(R"("tags":"pink")"));
  WorkerRun worker(team, "exit 0", {"--tags", "red,pink", "--max-jobs", "2"});
  CHECK(worker.event("finished")["job"] == red);
  CHECK(worker.event("finished")["job"] == pink);
  CHECK(worker.process.wait() == 0);
  CHECK(team.status(blue) == "queued");
}

TEST_CASE("a worker waits for a job, and the first signal ends its wait") {
  Team team = new_team();
  WorkerRun worker(team, "exit 0");
  std::string id = team.create();
  CHECK(worker.event("finished")["job"] == id);
  worker.process.signal(SIGTERM);
  CHECK(worker.process.wait() == 0);
  WorkerRun none(team, "exit 0", {"--once", "--wait", "0"});
  CHECK(none.process.wait() == 1);
  CHECK_THAT(none.err(), Catch::Contains("no job is there to claim"));
}

TEST_CASE("a command that is asked to stop is stopped, and so is its job") {
  Team team = new_team();
  Tree tree = team.plant("p(a b)");
  WorkerRun worker(team,
                   "trap 'echo bye > $DIR/bye; exit 0' TERM; echo up > $DIR/up; while :; do read x "
                   "< $DIR/go; done",
                   {"--once", "--lease-seconds", "1"});
  worker.event("claimed");
  REQUIRE(http::eventually([&] { return worker.has("up"); }));
  team.call("PATCH", "/api/v2/jobs/" + tree["a"] + "/cancel?running=stop",
            R"({"reason":"wrong logo"})");
  CHECK(worker.event("stopping")["text"] == "asked by tester: wrong logo");
  CHECK(worker.event("stopped")["job"] == tree["a"]);
  CHECK(worker.process.wait() == 1);
  CHECK(worker.file("bye") == "bye\n");
  CHECK(team.statuses(tree) == "p=cancelled a=cancelled b=cancelled");
}

TEST_CASE("what does not heed SIGTERM is killed, with all that it has started") {
  Team team = new_team();
  std::string id = team.create();
  WorkerRun worker(
      team,
      "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ > $DIR/child; while :; do read x < "
      "$DIR/go; done' & wait; while :; do read x < $DIR/go; done",
      {"--once", "--lease-seconds", "1", "--grace-seconds", "0"});
  REQUIRE(http::eventually([&] { return worker.file("child").ends_with('\n'); }));
  team.call("PATCH", "/api/v2/jobs/" + id + "/cancel?running=stop");
  CHECK(worker.event("stopped")["job"] == id);
  pid_t child = std::stoi(worker.file("child"));
  CHECK(http::eventually([&] { return ::kill(child, 0) != 0; }));
}

TEST_CASE("a job that is no longer the worker's is let go of, and the worker says who has it") {
  Team team = new_team();
  std::string id = team.create();
  WorkerRun worker(team, "echo $JOBLEDGER_LEASE > $DIR/lease; while :; do read x < $DIR/go; done",
                   {"--lease-seconds", "2"});
  worker.event("claimed");
  // Somebody with the lease reports in its place, which ends it as anything else would.
  REQUIRE(http::eventually([&] { return worker.file("lease").ends_with('\n'); }));
  std::string lease = worker.file("lease").substr(0, 26);
  team.fail({id, lease, {}}, "by another");
  Json lost = worker.event("lost");
  CHECK(lost["job"] == id);
  CHECK_THAT(lost["text"].text(), Catch::Contains("by tester"));
  // And it goes on with the next.
  std::string next = team.create();
  CHECK(worker.event("claimed")["job"] == next);
}

TEST_CASE("a first signal lets the job end, a second one makes it fail") {
  Team team = new_team();
  std::string id = team.create();
  WorkerRun patient(team, "read x < $DIR/go");
  patient.event("claimed");
  patient.process.signal(SIGINT);
  REQUIRE(http::eventually([&] { return patient.err().find("is the last") != std::string::npos; }));
  patient.go();
  CHECK(patient.process.wait() == 0);
  CHECK(team.status(id) == "finished");

  std::string other = team.create();
  WorkerRun hasty(team, "read x < $DIR/go");
  hasty.event("claimed");
  hasty.process.signal(SIGTERM);
  REQUIRE(http::eventually([&] { return hasty.err().find("is the last") != std::string::npos; }));
  hasty.process.signal(SIGTERM);
  CHECK(hasty.event("failed")["job"] == other);
  CHECK(hasty.process.wait() == 0);
  CHECK(team.job(other)["stats"]["error"] == "the worker was ended before the job was done");
}

TEST_CASE("a worker that is killed takes its command along, and its job is queued again") {
  Team team = new_team();
  std::string id = team.create();
  pid_t command = 0;
  {
    WorkerRun worker(team, "echo $$ > $DIR/pid; while :; do read x < $DIR/go; done", kShortLease);
    REQUIRE(http::eventually([&] { return worker.file("pid").ends_with('\n'); }));
    command = std::stoi(worker.file("pid"));
    worker.process.signal(SIGKILL);
    CHECK(worker.process.wait() == 128 + SIGKILL);
  }
  CHECK(http::eventually([&] { return ::kill(command, 0) != 0; }));
  CHECK(http::eventually([&] { return team.status(id) == "queued"; }));
  CHECK(kinds(team, id) == "JobSubmitted JobClaimed JobRequeued");
}

TEST_CASE("a daemon that restarts in the middle of a job loses neither it nor its end") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  std::string id = team.create();
  WorkerRun worker(team, "read x < $DIR/go", {"--once", "--lease-seconds", "60"});
  worker.event("claimed");
  daemon.kill();
  worker.go();  // it ends while nobody is there to be told
  REQUIRE(http::eventually([&] { return worker.err().find("; again in ") != std::string::npos; }));
  daemon.restart_in_place();
  CHECK(worker.event("finished")["job"] == id);
  CHECK(worker.process.wait() == 0);
  CHECK(kinds(team, id) == "JobSubmitted JobClaimed JobFinished");
}

TEST_CASE("a worker that cannot tell the end of a job gives up when it is told to") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  team.create();
  WorkerRun worker(team, "read x < $DIR/go");
  worker.event("claimed");
  daemon.kill();
  worker.go();
  REQUIRE(http::eventually([&] { return worker.err().find("; again in ") != std::string::npos; }));
  worker.process.signal(SIGTERM);
  worker.process.signal(SIGINT);
  CHECK(worker.process.wait() == 3);
  CHECK_THAT(worker.err(), Catch::Contains("was not told how job"));
  daemon.restart_in_place();
}

TEST_CASE("a cancel that is taken back while the command stops leaves no job behind") {
  Team team = new_team();
  std::string id = team.create();
  WorkerRun worker(team,
                   "trap 'read x < $DIR/go; exit 0' TERM; echo up > $DIR/up; while :; do read x < "
                   "$DIR/wait || :; done",
                   {"--once", "--lease-seconds", "1", "--grace-seconds", "60"});
  REQUIRE(mkfifo((worker.dir.path() + "/wait").c_str(), 0600) == 0);
  REQUIRE(http::eventually([&] { return worker.has("up"); }));
  Answer asked = team.call("PATCH", "/api/v2/jobs/" + id + "/cancel?running=stop");
  worker.event("stopping");
  std::string index = std::to_string(asked.version() - 1);
  REQUIRE(team.post("/ledger/v1/cancellations/" + index + "/undo", "{}").status == 200);
  worker.go();
  CHECK(worker.event("failed")["job"] == id);
  CHECK_THAT(team.job(id)["stats"]["error"].text(), Catch::Contains("then withdrawn"));
}

TEST_CASE("a worker that is set up wrongly says so before it takes a job") {
  Team team = new_team();
  std::string id = team.create();
  Variables at = {{"JOBLEDGER_URL", team.daemon().url()}, {"JOBLEDGER_TOKEN", team.token()}};
  CHECK(run_program({"worker", "run"}, at).code == 2);
  CHECK(run_program({"worker", "run", "--"}, at).code == 2);
  CHECK(run_program({"worker", "run", "--", "no-such-program-anywhere"}, at).code == 2);
  CHECK(run_program({"worker", "run", "--name", "a b", "--", "true"}, at).code == 2);
  CHECK(run_program({"worker", "run", "--", "true"}).code == 2);
  Team reader = team.with_token(R"("scopes":"jobs:read")");
  Finished refused =
      run_program({"worker", "run", "--", "true"}, {at[0], {"JOBLEDGER_TOKEN", reader.token()}});
  CHECK(refused.code == 3);
  CHECK_FALSE(refused.err.empty());
  CHECK(team.status(id) == "queued");
}

}  // namespace jobledger::daemon::e2e
