#include <catch2/catch.hpp>
#include <sstream>

#include "sync_faults.h"
#include "team.h"

// Lines of the log that belong to a request.

namespace jobledger::daemon::e2e {
namespace {

const std::string kTraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string kTrace = "00-" + kTraceId + "-00f067aa0ba902b7-01";

Words as_json(Words more) {
  more.insert(more.end(), {"--log-format", "json"});
  return more;
}

/// The line about the request of that id, once it is there; missing if it does not come.
Json line_of(DaemonRun& daemon, const std::string& request_id) {
  Json found;
  http::eventually([&] {
    std::istringstream lines(daemon.log());
    for (std::string line; std::getline(lines, line);) {
      // The last one may not be written whole yet.
      if (line.empty() || line.back() != '}') continue;
      Json json(line);
      if (json["requestId"] == request_id) found = json;
    }
    return !found.missing();
  });
  return found;
}

Headers traced(const std::string& id) {
  return {{"X-Request-Id", id}, {"traceparent", kTrace}};
}

}  // namespace

TEST_CASE("each request leaves a line with its ids, if that is wanted") {
  DaemonRun daemon(as_json({"--log-requests", "true"}));
  Team team = daemon.new_team();
  Answer made = team.post("/api/v2/jobs", job_body(), traced("mine"));
  Json line = line_of(daemon, "mine");
  CHECK(line.names() ==
        "time level message method route status ms bytes team token requestId traceId");
  CHECK(line["level"] == "info");
  CHECK(line["message"] == "request");
  CHECK(line["method"] == "POST");
  CHECK(line["route"] == "/api/v2/jobs");
  CHECK(line["status"] == 201);
  CHECK(line["ms"].is_number());
  CHECK(line["bytes"] == made.text.size());
  CHECK(line["team"] == team.name());
  CHECK(line["traceId"] == kTraceId);

  // One that brings no id is given one, and told.
  Answer read = team.get("/api/v2/jobs/" + made.body["id"].text());
  line = line_of(daemon, read.header("X-Request-Id"));
  CHECK(line["route"] == "/api/v2/jobs/{id}");
  CHECK(line["status"] == 200);
  CHECK(line["traceId"].missing());
}

TEST_CASE("what is refused leaves a line as well, without a secret in it") {
  DaemonRun daemon(as_json({"--log-requests", "true"}));
  Team nobody(daemon, "nobody", "hidden-token");
  nobody.get("/api/v2/jobs?secret=hidden-query", {{"X-Request-Id", "early"}});
  CHECK(line_of(daemon, "early")["status"] == 401);
  CHECK(line_of(daemon, "early")["team"].missing());
  nobody.get("/hidden-path", {{"X-Request-Id", "lost"}});
  CHECK(line_of(daemon, "lost")["route"] == "unmatched");
  Answer large = nobody.post("/api/v2/jobs", "hidden-body" + std::string(1 << 20, ' '));
  CHECK(line_of(daemon, large.header("X-Request-Id"))["message"] == "request refused");
  auto client = nobody.connect();
  client->send("GET / HTTP/1.1\r\nAuthorization: Bearer hidden-broken\r\nbroken\r\n\r\n");
  Answer broken = read_answer(*client);
  CHECK(line_of(daemon, broken.header("X-Request-Id"))["status"] == 400);
  CHECK_THAT(daemon.log(), !Catch::Contains("hidden"));
}

TEST_CASE("a request that takes long leaves a line in any case, unless it asked to wait") {
  DaemonRun daemon(as_json({"--log-slow-ms", "500", "--limits-min-version-wait-seconds", "1"}));
  Team team = daemon.new_team();
  CHECK(team.post("/api/v2/worker/claim", R"({"wait":1})", traced("asked")).status == 204);
  CHECK(team.get("/api/v2/jobs?minVersion=1000000", traced("slow")).status == 503);
  Json line = line_of(daemon, "slow");
  CHECK(line["level"] == "warn");
  CHECK(line["message"] == "slow request");
  CHECK(line["traceId"] == kTraceId);
  CHECK_THAT(daemon.log(), !Catch::Contains("\"asked\""));
}

TEST_CASE("a command that fails is told of with the ids of its request") {
  SyncFaults disk;
  DaemonRun daemon(as_json({}), disk.variables());
  Team team = daemon.new_team();
  disk.fail();
  CHECK(team.post("/api/v2/jobs", job_body(), traced("failed")).status == 503);
  Json line = line_of(daemon, "failed");
  CHECK(line["level"] == "error");
  CHECK(line["traceId"] == kTraceId);
  CHECK(daemon.wait() == 3);
}

}  // namespace jobledger::daemon::e2e
