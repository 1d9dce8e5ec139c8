#include <catch2/catch.hpp>
#include <thread>

#include "daemon/front.h"
#include "daemon/metrics/sources.h"
#include "tests/daemon/http/http_fixture.h"

// What a daemon answers while it starts.

namespace jobledger::daemon {
namespace {

struct Starts {
  Starts() {
    metrics::add_start(metrics, status);
    settings.listen.port = 0;
    front = std::make_unique<Front>(settings, nullptr, status, metrics);
    const std::string url = front->listen().value();
    port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  }

  http::Answer ask(const std::string& request) {
    http::Client client(port);
    client.send(request);
    return client.read();
  }

  config::Settings settings;
  metrics::Registry metrics;
  StartStatus status;
  std::unique_ptr<Front> front;
  std::uint16_t port = 0;
};

}  // namespace

TEST_CASE("while it starts a daemon lives, is not ready, and says how far it has come") {
  Starts starts;
  starts.status.tell("folding the log 12 %");
  starts.status.folded(120, 1000);
  CHECK(starts.ask(http::get("/healthz")).status == 200);
  http::Answer ready = starts.ask(http::get("/readyz"));
  CHECK(ready.status == 503);
  CHECK_THAT(ready.body,
             Catch::Contains("folding the log 12 %") && Catch::Contains("\"code\":\"not_ready\""));
  CHECK(ready.header("Retry-After") == "1");
  CHECK(ready.header("Ledger-Version") == "0");
  CHECK(starts.ask(http::get("/readyz", "X-Request-Id: mine\r\n")).header("X-Request-Id") ==
        "mine");
  const std::string metrics = starts.ask(http::get("/metrics")).body;
  CHECK_THAT(metrics, Catch::Contains("\njobledger_recovery_running 1\n") &&
                          Catch::Contains("\njobledger_recovery_folded_entries 120\n") &&
                          Catch::Contains("\njobledger_recovery_entries 1000\n"));
}

TEST_CASE("while it starts a daemon takes nothing else") {
  Starts starts;
  for (const std::string& request :
       {http::get("/api/v2/jobs"), http::post("/api/v2/jobs", "{}"), http::get("/no/such/path"),
        http::post("/api/v2/jobs", std::string(1 << 20, ' '))}) {
    http::Answer answer = starts.ask(request);
    CHECK(answer.status == 503);
    CHECK_THAT(answer.body, Catch::Contains("\"code\":\"starting\""));
  }
  CHECK(starts.ask("no request\r\n\r\n").status == 400);
}

TEST_CASE("a connection of the start is served on when the daemon is ready") {
  Starts starts;
  http::Client client(starts.port);
  client.send(http::get("/hello"));
  CHECK(client.read().status == 503);
  http::TestHandler handler;
  starts.front->hand_over(handler);
  std::thread serves([&] { starts.front->io().run(); });
  client.send(http::get("/hello"));
  CHECK(client.read().body == "GET /hello ");
  starts.front->io().stop();
  serves.join();
}

}  // namespace jobledger::daemon
