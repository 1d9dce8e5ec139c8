#include <catch2/catch.hpp>

#include "feed_client.h"
#include "metrics_text.h"

// GET /metrics: what is counted, and by which labels.

namespace jobledger::daemon::e2e {
namespace {

std::string requests(const std::string& method, const std::string& route, int status) {
  return "jobledger_http_requests_total{method=\"" + method + "\",route=\"" + route +
         "\",status=\"" + std::to_string(status) + "\"}";
}

std::string timed(const std::string& method, const std::string& route) {
  return "jobledger_http_request_duration_seconds_count{method=\"" + method + "\",route=\"" +
         route + "\"}";
}

std::string cancellations(const std::string& type, const std::string& outcome) {
  return "jobledger_cancellations_total{outcome=\"" + outcome + "\",type=\"" + type + "\"}";
}

std::string entries(const std::string& type, const std::string& outcome) {
  return "jobledger_entries_total{outcome=\"" + outcome + "\",type=\"" + type + "\"}";
}

std::string commands(const std::string& command, const std::string& outcome) {
  return "jobledger_commands_total{command=\"" + command + "\",outcome=\"" + outcome + "\"}";
}

std::string events(const std::string& event) {
  return "jobledger_events_total{event=\"" + event + "\"}";
}

std::string cancelled(const std::string& cause) {
  return "jobledger_jobs_cancelled_total{cause=\"" + cause + "\"}";
}

}  // namespace

TEST_CASE("requests are counted and timed by the pattern of their route") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  std::string id = team.create();
  team.get("/api/v2/jobs/" + id);
  team.get("/api/v2/jobs/" + id);
  team.get("/api/v2/jobs/01J8ZQ5V7M3N9XKCW2D4R6T8YB");
  team.get("/no/such/path-of-somebody");
  team.call("DELETE", "/api/v2/jobs/" + id);
  Team nobody(daemon, "nobody", "no-such-token");
  nobody.get("/api/v2/jobs");
  std::string text = team.get("/metrics").text;
  MetricsText metrics(text);
  CHECK(metrics[requests("POST", "/api/v2/jobs", 201)] == 1);
  CHECK(metrics[requests("GET", "/api/v2/jobs/{id}", 200)] == 2);
  CHECK(metrics[requests("GET", "/api/v2/jobs/{id}", 404)] == 1);
  CHECK(metrics[timed("GET", "/api/v2/jobs/{id}")] == 3);
  CHECK(metrics[requests("any", "unmatched", 404)] == 1);
  CHECK(metrics[requests("any", "unmatched", 405)] == 1);
  CHECK(metrics[requests("GET", "/api/v2/jobs", 401)] == 1);
  CHECK(metrics["jobledger_http_requests_in_flight"] == 1);  // this one
  CHECK(metrics["jobledger_http_connections"] >= 1);
  CHECK_THAT(text, !Catch::Contains(id) && !Catch::Contains("somebody"));
}

TEST_CASE("a body that is not read, and bytes that are no request, are counted too") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  Team nobody(daemon, "nobody", "no-such-token");
  nobody.post("/api/v2/jobs", std::string(1 << 20, ' '));
  auto client = team.connect();
  client->send("no request\r\n\r\n");
  CHECK(read_answer(*client).status == 400);
  MetricsText metrics = metrics_of(team);
  CHECK(metrics[requests("POST", "/api/v2/jobs", 401)] == 1);
  CHECK(metrics["jobledger_http_unreadable_requests_total{status=\"400\"}"] == 1);
}

TEST_CASE("cancellations are counted by type and outcome, and their jobs by cause") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  MetricsText before = metrics_of(team);
  CHECK(before[cancellations("CancelJob", "accepted")] == 0);
  CHECK(before[cancelled("sibling")] == 0);
  Tree tree = team.plant("root(a b c)");
  CHECK(team.cancel(tree["a"]).status == 200);
  CHECK(team.cancel(tree["a"]).status == 409);
  Tree failing = team.plant("root(a b)");
  team.fail(team.claim(failing["a"]));
  MetricsText metrics = metrics_of(team);
  CHECK(metrics[cancellations("CancelJob", "accepted")] == 1);
  CHECK(metrics[cancellations("CancelJob", "refused")] == 1);
  CHECK(metrics[cancellations("FailJob", "accepted")] == 1);
  CHECK(metrics[cancelled("requested")] == 1);
  CHECK(metrics[cancelled("child")] == 1);
  CHECK(metrics[cancelled("sibling")] == 2);
  CHECK(metrics[cancelled("child-failed")] == 1);
  CHECK(metrics[events("JobSubmitted")] == 7);
  CHECK(metrics[events("JobCancelled")] == 5);
  CHECK(metrics[entries("CancelJob", "refused")] == 1);
  CHECK(metrics["jobledger_jobs"] == 7);
  CHECK(metrics["jobledger_version"] == static_cast<double>(team.version()));
}

TEST_CASE("commands are counted by what came of them, and written in groups") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  std::string once = job_body();
  team.post("/api/v2/jobs", once, {{"Idempotency-Key", "k"}});
  team.post("/api/v2/jobs", once, {{"Idempotency-Key", "k"}});
  std::string other = team.create();
  team.cancel(other);
  team.cancel(other);
  team.claim(team.create());
  CHECK(team.post("/api/v2/worker/claim", R"({"tags":["none-has-it"]})").status == 204);
  MetricsText metrics = metrics_of(team);
  CHECK(metrics[commands("SubmitJob", "accepted")] == 3);
  CHECK(metrics[commands("SubmitJob", "replayed")] == 1);
  CHECK(metrics[commands("CancelJob", "accepted")] == 1);
  CHECK(metrics[commands("CancelJob", "refused")] == 1);
  CHECK(metrics[commands("ClaimJob", "accepted")] == 1);
  CHECK(metrics[commands("ClaimJob", "nothing")] == 1);
  CHECK(metrics["jobledger_writer_group_commands_sum"] >= 8);
  const double syncs = metrics["jobledger_log_sync_duration_seconds_count"];
  CHECK(syncs >= 1);
  CHECK(syncs < metrics["jobledger_writer_group_commands_count"]);  // two had nothing to write
  CHECK(metrics["jobledger_log_sync_duration_seconds_sum"] > 0);
  CHECK(metrics["jobledger_writer_queue_commands"] == 0);
  CHECK(metrics["jobledger_writer_oldest_command_age_seconds"] == 0);
}

TEST_CASE("leases, and reports that come too late, are counted") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  Claimed first = team.claim(team.create());
  CHECK(metrics_of(team)["jobledger_leases"] == 1);
  CHECK(metrics_of(team)["jobledger_jobs_rendering"] == 1);
  team.finish(first);
  CHECK(team.report(first, "finish").status == 409);
  Claimed second = team.claim(team.create(), R"("leaseSeconds":1)");
  REQUIRE(http::eventually([&] { return team.status(second.job) == "queued"; }));
  CHECK(team.report(second, "progress", R"("progress":50)").status == 409);
  MetricsText metrics = metrics_of(team);
  CHECK(metrics["jobledger_leases"] == 0);
  CHECK(metrics["jobledger_leases_expired_total"] == 1);
  CHECK(metrics[entries("ExpireLease", "accepted")] == 1);
  CHECK(metrics["jobledger_late_reports_total{type=\"FinishJob\"}"] == 1);
  CHECK(metrics["jobledger_late_reports_total{type=\"ReportProgress\"}"] == 1);
  CHECK(metrics["jobledger_late_reports_total{type=\"FailJob\"}"] == 0);
}

TEST_CASE("a claim that waits is in flight, and no longer once its client has gone") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  Waiting claim = team.begin("POST", "/api/v2/worker/claim", R"({"wait":60})");
  REQUIRE(http::eventually([&] { return metrics_of(team)["jobledger_claims_waiting"] == 1; }));
  CHECK(metrics_of(team)["jobledger_http_requests_in_flight"] == 2);
  claim.hang_up();
  REQUIRE(http::eventually([&] { return metrics_of(team)["jobledger_claims_waiting"] == 0; }));
  REQUIRE(
      http::eventually([&] { return metrics_of(team)["jobledger_http_requests_in_flight"] == 1; }));
}

TEST_CASE("followers are counted, and how far they are behind") {
  DaemonRun daemon({"--feed-max-followers", "1"});
  Team team = daemon.new_team();
  FeedClient feed(team, "?from=0");
  MetricsText metrics = metrics_of(team);
  CHECK(metrics["jobledger_feed_followers"] == 1);
  FeedClient refused(team);
  CHECK(refused.answer.status == 503);
  CHECK(metrics_of(team)["jobledger_feed_refused_total"] == 1);
  team.create();
  REQUIRE(http::eventually(
      [&] { return metrics_of(team)["jobledger_feed_slowest_lag_entries"] == 0; }));
  feed.hang_up();
  REQUIRE(http::eventually([&] { return metrics_of(team)["jobledger_feed_followers"] == 0; }));
}

TEST_CASE("what is refused for its rate is counted as that") {
  DaemonRun daemon({"--limits-anonymous-per-second", "1"});
  Team team = daemon.new_team();
  Team nobody(daemon, "nobody", "no-such-token");
  double refused = 0;
  REQUIRE(http::eventually([&] {
    refused += nobody.get("/api/v2/jobs").status == 429;
    return refused > 2;
  }));
  Answer answer;
  REQUIRE(http::eventually([&] {
    answer = nobody.get("/metrics");
    refused += answer.status == 429;
    return answer.status == 200;
  }));
  CHECK(MetricsText(answer.text)["jobledger_requests_shed_total{reason=\"address_rate\"}"] ==
        refused);
}

TEST_CASE("projections, snapshots, the database and the process tell of themselves") {
  DaemonRun daemon({"--snapshot-entries", "1", "--snapshot-interval-seconds", "1"});
  Team team = daemon.new_team();
  team.create();
  REQUIRE(http::eventually(
      [&] { return metrics_of(team)["jobledger_snapshots_total{outcome=\"taken\"}"] >= 1; }));
  MetricsText metrics = metrics_of(team);
  const auto version = static_cast<double>(team.version());
  for (const std::string projection :
       {"times", "jobs", "names", "directory", "audit", "tokens", "webhooks", "keys"}) {
    CHECK(metrics["jobledger_projection_version{projection=\"" + projection + "\"}"] == version);
    CHECK(metrics["jobledger_projection_lag_entries{projection=\"" + projection + "\"}"] == 0);
  }
  CHECK(metrics["jobledger_snapshot_version"] == version);
  CHECK(metrics["jobledger_store_wal_written_bytes_total"] > 0);
  CHECK(metrics["jobledger_store_wal_syncs_total"] > 0);
  CHECK(metrics["jobledger_store_memtable_bytes"] > 0);
  CHECK(metrics["jobledger_store_tables"] >= 1);  // of the snapshot
  CHECK(metrics["jobledger_store_table_bytes"] > 0);
  CHECK(metrics["jobledger_store_flush_written_bytes_total"] > 0);
  CHECK(metrics["jobledger_store_write_stopped"] == 0);
  CHECK(metrics["jobledger_store_background_errors"] == 0);
  CHECK(metrics.has("jobledger_http_memory_in_flight_bytes"));  // the answer itself may count
  CHECK(metrics["process_resident_memory_bytes"] > 1e6);
  CHECK(metrics["process_virtual_memory_bytes"] > metrics["process_resident_memory_bytes"]);
  CHECK(metrics["process_open_fds"] > 10);
  CHECK(metrics["process_max_fds"] > metrics["process_open_fds"]);
  CHECK(metrics["process_start_time_seconds"] > 1.6e9);
  CHECK(metrics["process_threads"] > 5);
}

}  // namespace jobledger::daemon::e2e
