#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "team.h"

// How the program starts, or says why not: settings, exit codes, its first line.

namespace jobledger::daemon::e2e {
namespace {

/// Runs `serve` on a new directory, expecting that it does not come to serve.
Finished serve(Words flags, const Variables& variables = {}) {
  tests::TempDir dir;
  Words words = {"serve", "--data-dir", dir.path() + "/ledger", "--listen", "127.0.0.1:0"};
  words.insert(words.end(), flags.begin(), flags.end());
  return run_program(words, variables);
}

/// A port on which something listens already.
class TakenPort {
 public:
  TakenPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(socket_, 1);
    socklen_t size = sizeof address;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~TakenPort() { ::close(socket_); }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int socket_;
  int port_ = 0;
};

}  // namespace

TEST_CASE("an unknown flag is wrong usage") {
  Finished finished = serve({"--limits-of-patience", "1"});
  CHECK(finished.code == 2);
  CHECK_THAT(finished.err, Catch::Contains("--limits-of-patience"));
  CHECK(finished.out.empty());
}

TEST_CASE("an unknown variable is wrong usage") {
  Finished finished = serve({}, {{"JOBLEDGER_LIMIT_BODY", "1"}});
  CHECK(finished.code == 2);
  CHECK_THAT(finished.err, Catch::Contains("JOBLEDGER_LIMIT_BODY"));
}

TEST_CASE("an unknown key of the file is wrong usage, and told with its line") {
  tests::TempDir dir;
  std::string file = dir.path() + "/config.toml";
  write_file(file, "[limits]\nburst = 10\npatience = 1\n");
  Finished finished = serve({"--config", file});
  CHECK(finished.code == 2);
  CHECK_THAT(finished.err, Catch::Contains(file + ":3") && Catch::Contains("limits.patience"));
}

TEST_CASE("a file that is not TOML, or not there, is wrong usage") {
  tests::TempDir dir;
  std::string file = dir.path() + "/config.toml";
  CHECK(serve({"--config", file}).code == 2);
  write_file(file, "what is this");
  CHECK(serve({"--config", file}).code == 2);
}

TEST_CASE("a value out of its range is wrong usage and says what the range is") {
  auto [flag, value] = GENERATE(table<std::string, std::string>({
      {"--limits-queue-length", "0"},
      {"--limits-page-size", "1001"},
      {"--threads-io", "many"},
      {"--cascade-on-child-error", "panic"},
      {"--lease-default-seconds", "-5"},
      {"--listen", "8080"},
      {"--output-url-template", "https://x.test/"},
  }));
  Finished finished = serve({flag, value});
  CHECK(finished.code == 2);
  CHECK_THAT(finished.err, Catch::Contains(flag.substr(2)) || Catch::Contains(flag));
}

TEST_CASE("a daemon without a directory, and a program without a command, are wrong usage") {
  CHECK(run_program({"serve"}).code == 2);
  CHECK(run_program({}).code == 2);
  CHECK(run_program({"dance"}).code == 2);
}

TEST_CASE("help and version are there for everyone") {
  CHECK(run_program({"--help"}).code == 0);
  CHECK_THAT(run_program({"serve", "--help"}).out, Catch::Contains("--data-dir"));
  CHECK(run_program({"token", "create", "--help"}).code == 0);
  CHECK(run_program({"verify", "--help"}).code == 0);
  Finished version = run_program({"--version"});
  CHECK(version.code == 0);
  CHECK_THAT(version.out, Catch::Matches("[0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST_CASE("flags go over variables, those over the file, that over the defaults") {
  tests::TempDir dir;
  std::string file = dir.path() + "/config.toml";
  write_file(file,
             "[limits]\npage_size = 3\ntree_depth = 3\ntree_jobs = 3\n"
             "[log]\nformat = \"json\"\n");
  DaemonRun daemon({"--config", file, "--limits-page-size", "1"},
                   {{"JOBLEDGER_LIMITS_PAGE_SIZE", "2"}, {"JOBLEDGER_LIMITS_TREE_DEPTH", "2"}});
  Team team = daemon.new_team();
  CHECK(team.get("/api/v2/jobs?limit=1").status == 200);
  CHECK(team.get("/api/v2/jobs?limit=2").status == 400);
  CHECK(team.post("/api/v2/jobs", nested_body(2)).status == 201);
  CHECK(team.post("/api/v2/jobs", nested_body(3)).status == 400);
  CHECK(team.post("/api/v2/jobs", tree_body("root(a b)")).status == 201);
  CHECK(team.post("/api/v2/jobs", tree_body("root(a b c)")).status == 400);
  CHECK_THAT(daemon.log(), Catch::StartsWith("{"));
}

TEST_CASE("a port in use ends the start with 3 and says so") {
  TakenPort taken;
  tests::TempDir dir;
  Finished finished =
      run_program({"serve", "--data-dir", dir.path() + "/l", "--listen", taken.address()});
  CHECK(finished.code == 3);
  CHECK(finished.out.empty());
  CHECK_THAT(finished.err, Catch::Contains("cannot listen"));
}

TEST_CASE("a data directory in use ends the start with 3 and says so") {
  DaemonRun daemon;
  Finished finished =
      run_program({"serve", "--data-dir", daemon.data_dir(), "--listen", "127.0.0.1:0"});
  CHECK(finished.code == 3);
  CHECK(finished.out.empty());
  CHECK_THAT(finished.err, Catch::Contains("in use"));
  Finished token = run_program(
      {"token", "create", "--data-dir", daemon.data_dir(), "--team", "t", "--name", "n"});
  CHECK(token.code == 3);
  CHECK(token.out.empty());
  CHECK(daemon.admin().get("/readyz").status == 200);
}

TEST_CASE("a data directory that cannot be made ends the start with 3") {
  tests::TempDir dir;
  write_file(dir.path() + "/file", "");
  CHECK(
      run_program({"serve", "--data-dir", dir.path() + "/file", "--listen", "127.0.0.1:0"}).code ==
      3);
}

TEST_CASE("public_url is what the URLs in answers begin with") {
  DaemonRun daemon({"--public-url", "https://render.test/ledger"});
  Team team = daemon.new_team();
  std::string id = team.create();
  CHECK(team.job(id)["outputUrl"] == "https://render.test/ledger/api/v2/jobs/" + id + "/output");
}

}  // namespace jobledger::daemon::e2e
