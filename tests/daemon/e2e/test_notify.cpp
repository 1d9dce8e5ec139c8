#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "grow.h"
#include "notify_socket.h"
#include "team.h"

// What a service manager is told (sd_notify(3)).

namespace jobledger::daemon::e2e {
namespace {

constexpr std::string_view kExtended = "\nEXTEND_TIMEOUT_USEC=60000000";

/// How far the fold is, if that is what the message tells.
int percent_of(const std::string& message) {
  int percent = -1;
  std::sscanf(message.c_str(), "STATUS=folding the log %d %%", &percent);
  return message.ends_with(kExtended) ? percent : -1;
}

}  // namespace

TEST_CASE("a service manager is told each state, in order") {
  tests::TempDir dir;
  const std::string path =
      GENERATE(true, false) ? dir.path() + "/notify" : "@jobledger" + dir.path();
  NotifySocket socket(path);
  DaemonRun daemon({}, {{"NOTIFY_SOCKET", path}});
  const std::string ready = "READY=1\nSTATUS=listening on " + daemon.url();
  CHECK(socket.next() == "STATUS=opening the ledger" + std::string(kExtended));
  CHECK(percent_of(socket.next()) == 0);
  CHECK(socket.next() == ready);
  daemon.signal(SIGHUP);
  CHECK_THAT(socket.next(), Catch::Matches("RELOADING=1\nMONOTONIC_USEC=[0-9]+"));
  CHECK(socket.next() == ready);
  CHECK(daemon.stop() == 0);
  CHECK(socket.next() == "STOPPING=1\nSTATUS=stopping");
}

TEST_CASE("a long fold tells how far it is, and that it goes on") {
  tests::TempDir dir;
  const std::string path = dir.path() + "/notify";
  DaemonRun daemon({}, {{"NOTIFY_SOCKET", path}});  // nobody listens yet
  grow_ledger(daemon, "growers", 400);
  REQUIRE(daemon.stop() == 0);
  NotifySocket socket(path);
  daemon.start();  // ends though nobody reads
  CHECK(socket.next() == "STATUS=opening the ledger" + std::string(kExtended));
  int last = -1;
  std::string message = socket.next();
  for (; percent_of(message) >= 0; message = socket.next()) {
    CHECK(percent_of(message) > last);
    last = percent_of(message);
  }
  CHECK(last > 0);  // there is room for some, and the last ones may have found none
  CHECK_THAT(message, Catch::StartsWith("READY=1\n"));
}

TEST_CASE("a service manager that is not there is told of once, and the daemon runs without") {
  DaemonRun daemon({}, {{"NOTIFY_SOCKET", "/nonexistent/notify"}});
  CHECK(daemon.new_team().get("/readyz").status == 200);
  const std::string log = daemon.log();
  const std::string complaint = "the service manager cannot be told";
  REQUIRE(log.find(complaint) != std::string::npos);
  CHECK(log.find(complaint) == log.rfind(complaint));
}

TEST_CASE("signs of life come as long as they are asked for") {
  tests::TempDir dir;
  const std::string path = dir.path() + "/notify";
  NotifySocket socket(path);
  DaemonRun daemon({}, {{"NOTIFY_SOCKET", path}, {"WATCHDOG_USEC", "20000"}});
  std::string message;
  while (!(message = socket.next()).starts_with("READY=1")) continue;
  for (int i = 0; i < 5; ++i) CHECK(socket.next() == "WATCHDOG=1");
  CHECK(daemon.stop() == 0);
  CHECK(socket.next_state().starts_with("STOPPING=1"));
}

TEST_CASE("signs of life are not given where another process is meant") {
  tests::TempDir dir;
  const std::string path = dir.path() + "/notify";
  NotifySocket socket(path);
  DaemonRun daemon({}, {{"NOTIFY_SOCKET", path},
                        {"WATCHDOG_USEC", "20000"},
                        {"WATCHDOG_PID", std::to_string(::getpid())}});
  CHECK(daemon.stop() == 0);
  std::string message;
  while (!(message = socket.next()).starts_with("STOPPING=1")) CHECK(message != "WATCHDOG=1");
}

}  // namespace jobledger::daemon::e2e
