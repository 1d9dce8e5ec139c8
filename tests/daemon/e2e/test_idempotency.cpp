#include <catch2/catch.hpp>

#include "team.h"

// Idempotency-Key: a repeat gets the first answer again.

namespace jobledger::daemon::e2e {
namespace {

constexpr std::string_view kJobs = "/api/v2/jobs";

Headers key(const std::string& value) {
  return {{"Idempotency-Key", value}};
}

bool is_replayed(const Answer& answer) {
  return answer.header("Idempotency-Replayed") == "true";
}

/// The second answer is the first, marked.
void check_same(const Answer& first, const Answer& second) {
  CHECK_FALSE(is_replayed(first));
  CHECK(is_replayed(second));
  CHECK(second.status == first.status);
  CHECK(second.version() == first.version());
  if (first.status < 400) {
    CHECK(second.text == first.text);
  } else {
    CHECK(second.body["code"] == first.body["code"]);
    CHECK(second.body["error"] == first.body["error"]);
    CHECK(second.body["details"] == first.body["details"]);
  }
}

}  // namespace

TEST_CASE("a repeated create gets the first answer again and creates nothing") {
  Team team = new_team();
  Answer first = team.post(kJobs, tree_body("root(a b)"), key("k"));
  std::int64_t version = team.version();
  team.create();
  check_same(first, team.post(kJobs, tree_body("root(a b)"), key("k")));
  CHECK(team.version() == version + 1);
  CHECK(team.get(kJobs).body.size() == 4);
}

TEST_CASE("point 10: with a key a repeated cancel gets the first answer again") {
  Team team = new_team();
  Tree tree = team.plant("root(a b)");
  std::string path = std::string(kJobs) + "/" + tree["a"] + "/cancel";
  Answer first = team.call("PATCH", path, R"({"reason":"x"})", key("k"));
  REQUIRE(first.status == 200);
  check_same(first, team.call("PATCH", path, R"({"reason":"x"})", key("k")));
  CHECK(team.call("PATCH", path, "", key("other")).status == 409);
}

TEST_CASE("every command's answer comes again, a refused one's too") {
  Team team = new_team();
  Answer batch = team.post("/api/v2/batches", batch_body({job_body(), "{}"}), key("batch"));
  check_same(batch, team.post("/api/v2/batches", batch_body({job_body(), "{}"}), key("batch")));
  std::string id = batch.body["jobs"][0]["id"].text();

  Answer claim = team.post("/api/v2/worker/claim", "{}", key("claim"));
  check_same(claim, team.post("/api/v2/worker/claim", "{}", key("claim")));
  std::string lease = claim.body["lease"].text();

  std::string report = R"({"lease":)" + json_text(lease) + R"(,"progress":50})";
  std::string path = "/api/v2/worker/jobs/" + id;
  Answer progress = team.post(path + "/progress", report, key("progress"));
  CHECK(progress.body["progress"] == 50);
  Answer finish = team.post(path + "/finish", report, key("finish"));
  check_same(progress, team.post(path + "/progress", report, key("progress")));
  check_same(finish, team.post(path + "/finish", report, key("finish")));

  Answer refused = team.post("/api/v2/jobs/cancel", id_list({id}), key("cancel"));
  CHECK(refused.status == 409);
  check_same(refused, team.post("/api/v2/jobs/cancel", id_list({id}), key("cancel")));

  std::string cancel_batch = "/api/v2/batches/" + batch.body["batchId"].text() + "/cancel";
  Answer unchanged = team.post(cancel_batch, "{}", key("unchanged"));
  check_same(unchanged, team.post(cancel_batch, "{}", key("unchanged")));
}

TEST_CASE("the same key with another content is 422 and makes no entry") {
  Team team = new_team();
  Answer first = team.post(kJobs, job_body(), key("k"));
  std::int64_t before = team.version();
  SECTION("another body") {
    CHECK(team.post(kJobs, job_body(R"("x":1)"), key("k")).status == 422);
  }
  SECTION("another query") {
    CHECK(team.post("/api/v2/jobs?x=1", job_body(), key("k")).status == 422);
  }
  SECTION("another path") {
    CHECK(team.post("/api/v2/batches", batch_body({job_body()}), key("k")).status == 422);
  }
  SECTION("another method and path") {
    std::string path = std::string(kJobs) + "/" + first.body["id"].text() + "/cancel";
    Answer refused = team.call("PATCH", path, job_body(), key("k"));
    CHECK(refused.status == 422);
    CHECK(refused.body["code"] == "idempotency_key_reused");
  }
  CHECK(team.version() == before);
}

TEST_CASE("a key in flight is 409") {
  Team team = daemon_of_one_thread().new_team();
  Waiting claim = team.begin_claim(R"({"wait":60})", "k");
  Answer refused = team.post(kJobs, job_body(), key("k"));
  CHECK(refused.status == 409);
  CHECK(refused.body["code"] == "idempotency_key_in_flight");
  CHECK(team.get(kJobs).body.size() == 0);
  team.create();
  CHECK(claim.answer().status == 200);
  CHECK(is_replayed(team.post("/api/v2/worker/claim", R"({"wait":60})", key("k"))));
}

TEST_CASE("a key is the team's own") {
  Team team = new_team();
  Team other = new_team();
  std::string ours = team.post(kJobs, job_body(), key("k")).body["id"].text();
  Answer theirs = other.post(kJobs, job_body(), key("k"));
  CHECK(theirs.status == 201);
  CHECK_FALSE(is_replayed(theirs));
  CHECK(theirs.body["id"].text() != ours);
}

TEST_CASE("a 400 or a 401 uses no key") {
  Team team = new_team();
  CHECK(team.post(kJobs, "{", key("k")).status == 400);
  CHECK(team.post("/api/v2/batches", batch_body({"{}"}), key("k")).status == 400);
  Team stranger(team.daemon(), team.name(), "unknown");
  CHECK(stranger.post(kJobs, job_body(), key("k")).status == 401);
  Answer created = team.post(kJobs, job_body(), key("k"));
  CHECK(created.status == 201);
  CHECK_FALSE(is_replayed(created));
}

TEST_CASE("a key that is empty, too long or not printable is 400") {
  Team team = new_team();
  std::string bad = GENERATE(std::string(), std::string(256, 'k'), std::string("k\xc3\xa4"));
  CHECK(team.post(kJobs, job_body(), key(bad)).status == 400);
  CHECK(team.post(kJobs, job_body(), key(std::string(255, 'k'))).status == 201);
}

TEST_CASE("a key survives a restart and a kill") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  Tree tree = team.plant("root(a b)");
  Answer created = team.post(kJobs, job_body(), key("create"));
  Answer cancelled = team.post("/api/v2/jobs/cancel", id_list({tree["b"]}), key("cancel"));
  Answer refused = team.post("/api/v2/jobs/cancel", id_list({tree["b"]}), key("refused"));
  SECTION("a restart") {
    daemon.restart();
  }
  SECTION("a kill") {
    daemon.kill();
    daemon.start();
  }
  std::int64_t before = team.version();
  check_same(refused, team.post("/api/v2/jobs/cancel", id_list({tree["b"]}), key("refused")));
  check_same(cancelled, team.post("/api/v2/jobs/cancel", id_list({tree["b"]}), key("cancel")));
  // Where the daemon listens, and with it our own outputUrl, is another now.
  Answer again = team.post(kJobs, job_body(), key("create"));
  CHECK(is_replayed(again));
  CHECK(again.body["id"] == created.body["id"]);
  CHECK(team.post(kJobs, "{\"template\":{}}", key("create")).status == 400);
  CHECK(team.post(kJobs, job_body("\"x\":1"), key("create")).status == 422);
  CHECK(team.version() == before);
}

TEST_CASE("a key is forgotten when its time is over") {
  DaemonRun daemon({"--idempotency-ttl-seconds", "1"});
  Team team = daemon.new_team();
  std::string first = team.post(kJobs, job_body(), key("k")).body["id"].text();
  CHECK(http::eventually([&] {
    Answer again = team.post(kJobs, job_body(), key("k"));
    return !is_replayed(again) && again.body["id"].text() != first;
  }));
}

}  // namespace jobledger::daemon::e2e
