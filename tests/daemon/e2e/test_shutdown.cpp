#include <catch2/catch.hpp>
#include <csignal>

#include "team.h"

// SIGTERM: what was accepted is finished and answered, and the exit code is 0.

namespace jobledger::daemon::e2e {

TEST_CASE("a stop ends a daemon that has nothing to do, with 0") {
  DaemonRun daemon;
  CHECK(daemon.stop() == 0);
  daemon.start();
  daemon.signal(SIGINT);
  CHECK(daemon.wait() == 0);
}

TEST_CASE("requests that are in work when SIGTERM comes are answered, and what they did stays") {
  DaemonRun daemon({"--threads-io", "1"});
  Team team = daemon.new_team();
  std::vector<std::string> bodies(200, tree_body("root(a b c)"));
  std::string request = request_text("POST", "/api/v2/batches", team.token(), batch_body(bodies));
  std::vector<std::unique_ptr<http::Client>> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(team.connect());
    clients.back()->send(request_text("GET", "/healthz", ""));
    REQUIRE(read_answer(*clients.back()).status == 200);
  }
  Waiting waiting = team.begin_claim(R"({"wait":60,"tags":"none"})", "key");
  for (auto& client : clients) client->send(request);
  // Answered, so everything before it was taken: one thread takes them in order.
  REQUIRE(team.get("/healthz").status == 200);
  daemon.signal(SIGTERM);
  int created = 0;
  for (auto& client : clients) {
    Answer answer = read_answer(*client);
    REQUIRE((answer.status == 201 || answer.status == 503));
    created += answer.status == 201;
  }
  CHECK(created > 0);
  CHECK(waiting.answer().status == 204);
  clients.clear();
  waiting.hang_up();
  CHECK(daemon.wait() == 0);
  CHECK(run_program({"verify", "--data-dir", daemon.data_dir()}).code == 0);
  daemon.start();
  Answer entries = team.get("/ledger/v1/entries?type=SubmitBatch");
  CHECK(entries.body["items"].size() == created);
}

TEST_CASE("a stopped daemon closes connections that are kept, and takes no new ones") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  auto idle = team.connect();
  idle->send(request_text("GET", "/healthz", ""));
  REQUIRE(read_answer(*idle).status == 200);
  daemon.signal(SIGTERM);
  CHECK(idle->at_end());
  CHECK(daemon.wait() == 0);
  CHECK_THROWS(team.connect());
}

}  // namespace jobledger::daemon::e2e
