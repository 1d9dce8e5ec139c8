#include <catch2/catch.hpp>

#include "daemon/webhooks/signature.h"
#include "hooked.h"

// What webhooks are sent, to whom, and what is listed of it.

namespace jobledger::daemon::e2e {
namespace {

DaemonRun& hooked_daemon() {
  static DaemonRun daemon(hooked_flags());
  return daemon;
}

bool is_signed(const http::Request& request, const std::string& secret) {
  return header_of(request, "webhook-signature") ==
         webhooks::signature_of(secret, header_of(request, "webhook-id"),
                                std::stoll(header_of(request, "webhook-timestamp")), request.body);
}

}  // namespace

TEST_CASE("a subscription is told who cancelled what, and why", "[webhooks]") {
  Team team = hooked_daemon().new_team();
  ReceiverServer receiver;
  Json webhook = subscribe(team, receiver.url(), R"("events":["job.cancelled"])");
  Tree tree = team.plant("p(a b)");
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  Answer cancelled =
      team.call("PATCH", "/api/v2/jobs/" + tree["a"] + "/cancel", R"({"reason":"wrong logo"})",
                {{"traceparent", trace}, {"X-On-Behalf-Of", "ann"}});
  REQUIRE(cancelled.status == 200);
  REQUIRE(http::eventually([&] { return receiver.count() == 3; }));
  std::map<std::string, http::Request> by_job;
  for (http::Request& request : receiver.seen()) {
    by_job[Json(request.body)["data"]["job"]["id"].text()] = request;
  }
  const http::Request& request = by_job[tree["b"]];
  CHECK(request.method == "POST");
  CHECK(header_of(request, "content-type") == "application/json");
  CHECK(header_of(request, "user-agent").starts_with("jobledger/"));
  CHECK(header_of(request, "traceparent") == trace);
  CHECK(is_signed(request, webhook["secret"].text()));
  Json body(request.body);
  CHECK(body["type"] == "job.cancelled");
  const Json& data = body["data"];
  CHECK(body["timestamp"] == team.entry(cancelled.version() - 1)["time"].text());
  CHECK(data["index"] == cancelled.version() - 1);
  CHECK(data["version"] == cancelled.version());
  CHECK(data["reason"] == "wrong logo");
  CHECK(data["onBehalfOf"] == "ann");
  CHECK(data["actor"].names() == "kind team name tokenId");
  CHECK(data["actor"]["name"] == "tester");
  CHECK(data["cause"] == "sibling");
  CHECK(data["via"] == tree["a"]);
  CHECK(data["job"] == team.job(tree["b"]));
  CHECK(Json(by_job[tree["p"]].body)["data"]["cause"] == "child");
  CHECK(Json(by_job[tree["a"]].body)["data"]["cause"] == "requested");
}

TEST_CASE("a webhook shows the job as it was then, at each attempt", "[webhooks]") {
  Team team = hooked_daemon().new_team();
  ReceiverServer receiver([](const http::Request&, std::size_t count) {
    return ReceiverServer::reply(count == 0 ? 500 : 200);
  });
  subscribe(team, receiver.url(), R"("events":["job.cancelled"])");
  const std::string job = team.create();
  Answer cancelled = team.cancel(job);
  const std::string index = std::to_string(cancelled.version() - 1);
  REQUIRE(team.post("/ledger/v1/cancellations/" + index + "/undo", "").status == 200);
  REQUIRE(http::eventually([&] { return receiver.count() == 2; }));
  std::vector<http::Request> seen = receiver.seen();
  CHECK(Json(seen[0].body)["data"]["job"]["status"] == "manually_cancelled");
  CHECK(seen[1].body == seen[0].body);
  CHECK(header_of(seen[1], "webhook-id") == header_of(seen[0], "webhook-id"));
  CHECK(team.status(job) == "queued");
}

TEST_CASE("a subscription is told of batches, and of cascades as one", "[webhooks]") {
  Team team = hooked_daemon().new_team();
  ReceiverServer receiver;
  subscribe(team, receiver.url(), R"("events":["batch.finished","cascade.cancelled"])");
  Answer made = team.post("/api/v2/batches", batch_body({job_body(), job_body()}));
  REQUIRE(made.status == 201);
  const std::string batch = made.body["batchId"].text();
  team.render(made.body["jobs"][0]["id"].text());
  REQUIRE(team.post("/api/v2/batches/" + batch + "/cancel", "").status == 200);
  REQUIRE(http::eventually([&] { return receiver.count() == 2; }));
  std::map<std::string, Json> by_type;
  for (http::Request& request : receiver.seen()) {
    Json body(request.body);
    by_type[body["type"].text()] = body["data"];
  }
  CHECK(by_type["batch.finished"]["batch"] == team.get("/api/v2/batches/" + batch).body);
  Json cascade = by_type["cascade.cancelled"]["cascade"];
  CHECK(cascade["type"] == "CancelBatch");
  CHECK(cascade["cancelled"] == 1);
  CHECK(cascade["skipped"] == 1);
  CHECK(cascade["jobs"].size() == 1);
  CHECK(cascade["jobs"][0]["cause"] == "batch");
  CHECK_FALSE(cascade["truncated"].is_true());
  const std::string href = cascade["href"].text();
  CHECK(team.get(href.substr(team.daemon().url().size())).body["cancelled"] == 1);
}

TEST_CASE("of a cascade a thousand jobs are told one by one", "[webhooks]") {
  Team team = hooked_daemon().new_team();
  ReceiverServer receiver;
  std::string tree = "p(";
  for (int i = 0; i < 1000; ++i) tree += (i ? " c" : "c") + std::to_string(i);
  Tree planted = team.plant(tree + ")");
  subscribe(team, receiver.url(), R"("events":["cascade.cancelled"])");
  REQUIRE(team.cancel(planted["p"]).status == 200);
  REQUIRE(http::eventually([&] { return receiver.count() == 1; }));
  Json cascade = Json(receiver.seen()[0].body)["data"]["cascade"];
  CHECK(cascade["cancelled"] == 1001);
  CHECK(cascade["jobs"].size() == 1000);
  CHECK(cascade["truncated"].is_true());
}

TEST_CASE("point 13: a job's own webhook is told of its end, with its cause", "[webhooks]") {
  Team team = hooked_daemon().new_team();
  ReceiverServer receiver;
  const std::string secret = team.get("/ledger/v1/webhooks/job-secret").body["secret"].text();
  const std::string finished = hooked_job(team, receiver.url("/f?key=s3cret"));
  team.render(finished);
  const std::string failed = hooked_job(team, receiver.url("/e"), R"("data":{"n": 1})");
  team.fail(team.claim(failed), "no licence");
  const std::string cancelled = hooked_job(team, receiver.url("/c"), R"("method":"PATCH")");
  team.cancel(cancelled, R"({"reason":"late"})");
  REQUIRE(http::eventually([&] { return receiver.count() == 3; }));
  std::map<std::string, http::Request> by_path;
  for (http::Request& request : receiver.seen()) by_path[request.path] = request;

  CHECK(by_path["/f"].target == "/f?key=s3cret");
  CHECK(is_signed(by_path["/f"], secret));
  Json body(by_path["/f"].body);
  CHECK(body["event"] == "job.finished");
  CHECK(body["id"] == finished);
  CHECK(body["status"] == "finished");
  CHECK(body["stats"] == team.job(finished)["stats"]);
  CHECK(body["data"].missing());
  body = Json(by_path["/e"].body);
  CHECK(body["event"] == "job.error");
  CHECK(body["stats"]["error"] == "no licence");
  CHECK(body["data"].dump() == R"({"n":1})");
  CHECK(by_path["/c"].method == "PATCH");
  body = Json(by_path["/c"].body);
  CHECK(body["event"] == "job.cancelled");
  CHECK(body["cause"] == "requested");
  CHECK(body["reason"] == "late");
  CHECK(body["actor"]["name"] == "tester");
  // Lists do not show what may be a secret.
  Json listed = delivery_in_state(team, "delivered", "?job=" + finished);
  CHECK(listed["url"] == receiver.url("/f"));
}

TEST_CASE("a job's webhook sets method, headers and the whole body", "[webhooks]") {
  Team team = hooked_daemon().new_team();
  ReceiverServer receiver;
  const std::string job =
      hooked_job(team, receiver.url(),
                 R"("method":"put","headers":{"Authorization":"Bearer x","Content-Type":"text/x",)"
                 R"("Host":"evil","webhook-id":"mine"},"data":[1, "a"],"custom":true)");
  team.cancel(job);
  REQUIRE(http::eventually([&] { return receiver.count() == 1; }));
  const http::Request request = receiver.seen()[0];
  CHECK(request.method == "PUT");
  CHECK(request.body == R"([1, "a"])");
  CHECK(header_of(request, "Authorization") == "Bearer x");
  CHECK(header_of(request, "Content-Type") == "text/x");
  CHECK(header_of(request, "Host") == "127.0.0.1:" + std::to_string(receiver.port()));
  CHECK(header_of(request, "webhook-id").starts_with("msg_"));
}

TEST_CASE("children have webhooks of their own", "[webhooks]") {
  Team team = hooked_daemon().new_team();
  ReceiverServer receiver;
  auto hook = [&](const std::string& path) {
    return R"("webhook":{"url":")" + receiver.url(path) + R"("})";
  };
  const std::string child = R"({"type":"job","layerName":"a","template":{"id":")" +
                            std::string(kTemplate) + R"(","composition":"c"},)" + hook("/a") + "}";
  Answer made = team.post("/api/v2/jobs", job_body(R"("assets":[)" + child + "]," + hook("/p")));
  REQUIRE(made.status == 201);
  team.cancel(made.body["id"].text());
  REQUIRE(http::eventually([&] { return receiver.count() == 2; }));
  std::map<std::string, std::string> by_path;
  for (http::Request& request : receiver.seen()) {
    by_path[request.path] = Json(request.body)["id"].text();
  }
  CHECK(by_path["/p"] == made.body["id"].text());
  CHECK(by_path["/a"] == made.body["children"][0]["id"].text());
}

TEST_CASE("deliveries are the team's own, and are found by webhook, job and state", "[webhooks]") {
  Team team = hooked_daemon().new_team();
  ReceiverServer receiver;
  ReceiverServer slow(ReceiverServer::holds());
  Json live = subscribe(team, receiver.url(), R"("events":["job.cancelled"])");
  Json held = subscribe(team, slow.url(), R"("events":["job.cancelled"])");
  std::vector<std::string> jobs;
  for (int i = 0; i < 3; ++i) {
    jobs.push_back(team.create());
    team.cancel(jobs.back());
  }
  const std::string of_live = "?webhook=" + live["id"].text();
  REQUIRE(
      http::eventually([&] { return deliveries(team, of_live + "&state=delivered").size() == 3; }));
  CHECK(deliveries(team).size() == 6);
  CHECK(deliveries(team, "?state=due").size() == 3);
  CHECK(deliveries(team, "?job=" + jobs[1]).size() == 2);
  Json one = deliveries(team, of_live + "&job=" + jobs[1]);
  REQUIRE(one.size() == 1);
  CHECK(one[0]["webhookId"] == live["id"].text());
  CHECK(one[0]["jobId"] == jobs[1]);
  CHECK(one[0]["event"] == "job.cancelled");
  CHECK(one[0]["actor"]["name"] == "tester");
  CHECK(one[0]["attemptCount"] == 1);
  CHECK(one[0]["nextAttemptAt"].is_null());
  const std::string from = std::to_string(one[0]["index"].integer());
  CHECK(deliveries(team, of_live + "&from=" + from).size() == 2);

  Json page = team.get("/ledger/v1/deliveries?limit=4").body;
  CHECK(page["items"].size() == 4);
  const std::string next = std::to_string(page["next"].integer());
  Json rest = team.get("/ledger/v1/deliveries?limit=4&cursor=" + next).body;
  CHECK(rest["items"].size() == 2);
  CHECK(rest["next"].is_null());
  CHECK(rest["items"][0]["id"].integer() < page["items"][3]["id"].integer());

  const std::string path = "/ledger/v1/deliveries/" + std::to_string(one[0]["id"].integer());
  Json whole = team.get(path).body;
  CHECK(whole["attempts"].size() == 1);
  CHECK(whole["attempts"][0]["status"] == 200);
  CHECK(whole["attempts"][0]["error"].is_null());
  CHECK(whole["attempts"][0]["by"].is_null());
  Team other = hooked_daemon().new_team();
  CHECK(deliveries(other).size() == 0);
  CHECK(other.get(path).status == 404);
  CHECK(other.post(path + "/resend", "").status == 404);
  CHECK(team.get("/ledger/v1/deliveries/x").status == 404);
  CHECK(team.get("/ledger/v1/deliveries?state=lost").status == 400);
  CHECK(team.with_token(R"("scopes":"jobs:read")").get(path).status == 403);
}

TEST_CASE("a delivery is sent again by hand, and it is told by whom", "[webhooks]") {
  Team team = hooked_daemon().new_team();
  ReceiverServer receiver;
  subscribe(team, receiver.url(), R"("events":["job.cancelled"])");
  const std::string job = team.create();
  team.cancel(job);
  Json first = delivery_in_state(team, "delivered");
  const std::string path = "/ledger/v1/deliveries/" + std::to_string(first["id"].integer());
  CHECK(team.with_token(R"("scopes":"audit:read")").post(path + "/resend", "").status == 403);
  const std::int64_t version = team.version();
  Answer again = team.post(path + "/resend", "");
  CHECK(again.status == 202);
  CHECK(again.body["state"] == "due");
  REQUIRE(http::eventually([&] { return team.get(path).body["attempts"].size() == 2; }));
  CHECK(team.version() == version);
  std::vector<http::Request> seen = receiver.seen();
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].body == seen[1].body);
  CHECK(header_of(seen[0], "webhook-id") == header_of(seen[1], "webhook-id"));
  Json attempts = team.get(path).body["attempts"];
  CHECK(attempts[0]["by"].is_null());
  CHECK(attempts[1]["by"] == "tester");
}

TEST_CASE("what is still due is not sent again by hand", "[webhooks]") {
  Team team = hooked_daemon().new_team();
  ReceiverServer slow(ReceiverServer::holds());
  subscribe(team, slow.url(), R"("events":["job.cancelled"])");
  team.cancel(team.create());
  Json due = delivery_in_state(team, "due");
  Answer refused =
      team.post("/ledger/v1/deliveries/" + std::to_string(due["id"].integer()) + "/resend", "");
  CHECK(refused.status == 409);
  CHECK(refused.body["code"] == "delivery_not_ended");
}

TEST_CASE("what is due for a subscription goes with it", "[webhooks]") {
  Team team = hooked_daemon().new_team();
  ReceiverServer failing(ReceiverServer::answers(500));
  Json webhook = subscribe(team, failing.url(), R"("events":["job.cancelled"])");
  team.cancel(team.create());
  REQUIRE(http::eventually([&] { return failing.count() > 0; }));
  REQUIRE(team.call("DELETE", "/ledger/v1/webhooks/" + webhook["id"].text()).status == 200);
  Json withdrawn = delivery_in_state(team, "withdrawn");
  CHECK(withdrawn["endedAt"].is_string());
  // What comes later it does not get either.
  team.cancel(team.create());
  ReceiverServer other;
  subscribe(team, other.url(), R"("events":["job.cancelled"])");
  team.cancel(team.create());
  REQUIRE(http::eventually([&] { return other.count() == 1; }));
  CHECK(deliveries(team).size() == 2);
}

TEST_CASE("a receiver that wants no more gets no more of it", "[webhooks]") {
  Team team = hooked_daemon().new_team();
  ReceiverServer gone(ReceiverServer::answers(410));
  subscribe(team, gone.url(), R"("events":["job.cancelled"])");
  team.cancel(team.create());
  Json failed = delivery_in_state(team, "failed");
  CHECK(failed["attemptCount"] == 1);
}

TEST_CASE("webhooks are not sent to this machine unless that is allowed", "[webhooks][ssrf]") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  ReceiverServer receiver;
  const std::string port = ':' + std::to_string(receiver.port());
  for (const std::string host : {"127.0.0.1", "localhost", "[::1]", "0x7f.1"}) {
    const std::string job = hooked_job(team, "http://" + host + port + "/hook");
    team.cancel(job);
    Json failed = delivery_in_state(team, "failed", "?job=" + job);
    CHECK(failed["attemptCount"] == 1);
    Json whole = team.get("/ledger/v1/deliveries/" + std::to_string(failed["id"].integer())).body;
    CHECK_THAT(whole["attempts"][0]["error"].text(), Catch::Contains("webhooks.allow_private"));
  }
  subscribe(team, "http://localhost" + port + "/hook", R"("events":["job.cancelled"])");
  const std::string job = team.create();
  team.cancel(job);
  delivery_in_state(team, "failed", "?job=" + job);
  CHECK(receiver.count() == 0);
}

}  // namespace jobledger::daemon::e2e
