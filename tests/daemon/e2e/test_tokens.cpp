#include <catch2/catch.hpp>

#include "ledger/time.h"
#include "team.h"

// Tokens: issued, listed and revoked, offline and online, and their scopes enforced.

namespace jobledger::daemon::e2e {
namespace {

constexpr std::string_view kTokens = "/ledger/v1/tokens";

/// The id of the newest token of the team.
std::string newest_token(DaemonRun& daemon, const std::string& team) {
  std::string id;
  for (const Json& item : daemon.admin().get(kTokens).body["items"].items()) {
    if (item["team"] == team) id = item["id"].text();
  }
  return id;
}

/// A call with each method and what it needs.
struct Call {
  std::string method;
  std::string path;
  std::string body;
  std::string scope;
};

const std::vector<Call>& calls() {
  static const std::string job = "/api/v2/jobs/" + std::string(kUnknownId);
  static const std::string worker = "/api/v2/worker/jobs/" + std::string(kUnknownId);
  static const std::string report =
      R"({"lease":"01J8ZQ5V7M3N9XKCW2D4R6T8YB","progress":1,"error":"x"})";
  static const std::vector<Call> all = {
      {"POST", "/api/v2/jobs", job_body(), "jobs:write"},
      {"POST", "/api/v2/jobs/join", R"({"assets":[{"type":"video","src":"x"}]})", "jobs:write"},
      {"POST", "/api/v2/batches", batch_body({job_body()}), "jobs:write"},
      {"GET", "/api/v2/jobs", "", "jobs:read"},
      {"GET", job, "", "jobs:read"},
      {"GET", job + "/logs", "", "jobs:read"},
      {"GET", job + "/output", "", "jobs:read"},
      {"GET", "/api/v2/batches", "", "jobs:read"},
      {"GET", "/api/v2/batches/" + std::string(kUnknownId), "", "jobs:read"},
      {"PATCH", job + "/cancel", "", "jobs:cancel"},
      {"POST", "/api/v2/jobs/cancel", id_list({std::string(kUnknownId)}), "jobs:cancel"},
      {"POST", "/api/v2/batches/" + std::string(kUnknownId) + "/cancel", "", "jobs:cancel"},
      {"POST", "/api/v2/worker/claim", R"({"tags":"none"})", "worker"},
      {"POST", worker + "/heartbeat", report, "worker"},
      {"POST", worker + "/progress", report, "worker"},
      {"POST", worker + "/finish", report, "worker"},
      {"POST", worker + "/fail", report, "worker"},
      {"GET", "/ledger/v1/head", "", "audit:read"},
      {"GET", "/ledger/v1/entries", "", "audit:read"},
      {"GET", "/ledger/v1/entries/0", "", "audit:read"},
      {"GET", "/ledger/v1/jobs/" + std::string(kUnknownId) + "/tree", "", "audit:read"},
      {"GET", "/ledger/v1/jobs/" + std::string(kUnknownId) + "/history", "", "audit:read"},
      {"GET", "/ledger/v1/diff?from=0", "", "audit:read"},
      {"GET", "/ledger/v1/batches", "", "audit:read"},
      {"GET", "/ledger/v1/unclaimed", "", "audit:read"},
      {"GET", "/ledger/v1/retried", "", "audit:read"},
      {"GET", "/ledger/v1/jobs/" + std::string(kUnknownId) + "/explain", "", "audit:read"},
      {"GET", "/ledger/v1/cancellations", "", "audit:read"},
      {"GET", "/ledger/v1/cancellations/0", "", "audit:read"},
      {"GET", "/ledger/v1/webhooks", "", "audit:read"},
      {"GET", "/ledger/v1/webhooks/" + std::string(kUnknownId), "", "audit:read"},
      {"DELETE", "/ledger/v1/webhooks/" + std::string(kUnknownId), "", "jobs:write"},
      {"GET", std::string(kTokens), "", "admin"},
      {"POST", std::string(kTokens), R"({"team":"t","name":"n"})", "admin"},
      {"DELETE", std::string(kTokens) + "/" + std::string(kUnknownId), "", "admin"},
  };
  return all;
}

}  // namespace

TEST_CASE("every call without a token, or with an unknown one, is 401") {
  DaemonRun& daemon = shared_daemon();
  std::string token = GENERATE("", "jl_unknown", " ");
  Team stranger(daemon, "", token);
  for (const Call& call : calls()) {
    CAPTURE(call.method, call.path);
    Answer refused = stranger.call(call.method, call.path, call.body);
    CHECK(refused.status == 401);
    CHECK(refused.header("WWW-Authenticate") == "Bearer");
  }
}

TEST_CASE("every call needs its scope: 403 with any other, never with its own") {
  Team team = new_team();
  std::string scope = GENERATE("jobs:read", "jobs:write", "jobs:cancel", "worker", "audit:read",
                               "audit:all", "admin");
  Team limited = team.with_token("\"scopes\":[" + json_text(scope) + "]");
  for (const Call& call : calls()) {
    CAPTURE(scope, call.method, call.path);
    Answer answer = limited.call(call.method, call.path, call.body);
    bool allowed = call.scope == scope || (call.scope == "audit:read" && scope == "audit:all");
    CHECK((answer.status == 403) == !allowed);
    if (answer.status == 403) CHECK(answer.body["code"] == "insufficient_scope");
  }
}

TEST_CASE("without scopes a token has all but audit:all and admin") {
  Team team = new_team();
  for (const Call& call : calls()) {
    CAPTURE(call.method, call.path);
    CHECK((team.call(call.method, call.path, call.body).status == 403) == (call.scope == "admin"));
  }
}

TEST_CASE("a call that needs no token") {
  Team stranger(shared_daemon(), "", "");
  CHECK(stranger.get("/healthz").status == 200);
  CHECK(stranger.get("/readyz").status == 200);
  CHECK(stranger.get("/openapi.json").body["openapi"].is_string());
}

TEST_CASE("Bearer is told in any case, other schemes are not") {
  Team team = new_team();
  Team bare(team.daemon(), "", "");
  CHECK(bare.get("/api/v2/jobs", {{"Authorization", "bearer " + team.token()}}).status == 200);
  CHECK(bare.get("/api/v2/jobs", {{"Authorization", "Basic " + team.token()}}).status == 401);
  CHECK(bare.get("/api/v2/jobs", {{"Authorization", team.token()}}).status == 401);
}

TEST_CASE("a revoked token is 401 at once, and stays so after a restart") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  CHECK(team.get("/api/v2/jobs").status == 200);
  std::string path = std::string(kTokens) + "/" + newest_token(daemon, team.name());
  Answer revoked = daemon.admin().call("DELETE", path);
  CHECK(revoked.status == 200);
  CHECK(revoked.body["revokedAt"].is_string());
  CHECK(team.get("/api/v2/jobs").status == 401);
  // A second time changes nothing.
  CHECK(daemon.admin().call("DELETE", path).version() == revoked.version());
  daemon.restart();
  CHECK(team.get("/api/v2/jobs").status == 401);
}

TEST_CASE("a token that has expired is 401") {
  DaemonRun& daemon = shared_daemon();
  std::string expires = ledger::to_rfc3339(ledger::SystemClock().now() + 2000);
  Answer made =
      daemon.admin().post(kTokens, R"({"team":"brief","name":"n","expires":")" + expires + "\"}");
  REQUIRE(made.status == 201);
  CHECK(made.body["expires"] == expires);
  std::string token = made.body["token"].text();
  Team brief(daemon, "brief", token);
  CHECK(http::eventually([&] { return brief.get("/api/v2/jobs").status == 401; }));
  CHECK_THAT(brief.get("/api/v2/jobs").body["error"].text(), Catch::Contains("expired"));
}

TEST_CASE("issuing and revoking are entries, and show no token") {
  DaemonRun& daemon = shared_daemon();
  Team team = daemon.new_team();
  Team admin = daemon.admin();
  std::string path = std::string(kTokens) + "/" + newest_token(daemon, team.name());
  Answer revoked = admin.call("DELETE", path);
  Json entry = admin.entry(revoked.version() - 1);
  CHECK(entry["type"] == "RevokeToken");
  CHECK(entry["events"][0]["type"] == "TokenRevoked");
  Json created = admin.get("/ledger/v1/entries?type=CreateToken&limit=1000").body;
  CHECK(created["items"].size() >= 1);
  CHECK_THAT(created.dump(), !Catch::Contains(team.token()));
  CHECK_THAT(admin.get(kTokens).text, !Catch::Contains(team.token()));
}

TEST_CASE("a token with an Idempotency-Key is shown once") {
  Team admin = shared_daemon().admin();
  Headers key = {{"Idempotency-Key", "token for once"}};
  std::string body = R"({"team":"once","name":"n"})";
  Answer first = admin.post(kTokens, body, key);
  CHECK(first.body["token"].is_string());
  Answer again = admin.post(kTokens, body, key);
  CHECK(again.status == 201);
  CHECK(again.body["id"] == first.body["id"]);
  CHECK(again.body["token"] == nullptr);
}

TEST_CASE("a request for a token that is not right is 400") {
  Team admin = shared_daemon().admin();
  std::string body = GENERATE(
      "{}", R"({"team":"t"})", R"({"team":"","name":"n"})", R"({"team":"a b","name":"n"})",
      R"({"team":"t","name":"n","scopes":"all"})", R"({"team":"t","name":"n","scopes":[]})",
      R"({"team":"t","name":"n","expires":"soon"})",
      R"({"team":"t","name":"n","expires":"2020-01-01T00:00:00Z"})");
  CAPTURE(body);
  CHECK(admin.post(kTokens, body).status == 400);
  CHECK(admin.call("DELETE", std::string(kTokens) + "/nonsense").status == 400);
  CHECK(admin.call("DELETE", std::string(kTokens) + "/" + std::string(kUnknownId)).status == 404);
}

TEST_CASE("tokens are created, listed and revoked on the command line, on the directory") {
  tests::TempDir dir;
  std::string data = dir.path() + "/ledger";
  Finished made = run_program({"token", "create", "--data-dir", data, "--team", "red", "--name",
                               "ann", "--scope", "jobs:read"});
  REQUIRE(made.code == 0);
  CHECK(std::count(made.out.begin(), made.out.end(), '\n') == 1);
  Finished list = run_program({"token", "list", "--data-dir", data, "--json"});
  REQUIRE(list.code == 0);
  CHECK_THAT(list.out, !Catch::Contains(made.out.substr(0, made.out.size() - 1)));
  std::string id = Json(list.out)["items"][0]["id"].text();
  CHECK_THAT(run_program({"token", "list", "--data-dir", data}).out,
             Catch::Contains("ann") && Catch::Contains("jobs:read"));
  CHECK(run_program({"token", "revoke", "--data-dir", data, id}).code == 0);
  CHECK(run_program({"token", "revoke", "--data-dir", data, std::string(kUnknownId)}).code == 3);
  CHECK(
      Json(
          run_program({"token", "list", "--data-dir", data, "--json"}).out)["items"][0]["revokedAt"]
          .is_string());
}

TEST_CASE("tokens are created, listed and revoked on the command line, of a running daemon") {
  DaemonRun& daemon = shared_daemon();
  Variables at = {{"JOBLEDGER_URL", daemon.url()}, {"JOBLEDGER_TOKEN", daemon.admin().token()}};
  Finished made = run_program({"token", "create", "--team", "online", "--name", "bob"}, at);
  REQUIRE(made.code == 0);
  Team team(daemon, "online", made.out.substr(0, made.out.find('\n')));
  CHECK(team.get("/api/v2/jobs").status == 200);
  CHECK_THAT(run_program({"token", "list"}, at).out, Catch::Contains("bob"));
  std::string id = newest_token(daemon, "online");
  CHECK(run_program({"token", "revoke", id}, at).code == 0);
  CHECK(team.get("/api/v2/jobs").status == 401);

  at[1].second = daemon.new_team().token();
  Finished refused = run_program({"token", "create", "--team", "x", "--name", "y"}, at);
  CHECK(refused.code == 3);
  CHECK_THAT(refused.err, Catch::Contains("scope"));
}

TEST_CASE("a token on the command line without a ledger to be for is wrong usage") {
  CHECK(run_program({"token", "create", "--team", "x", "--name", "y"}).code == 2);
  CHECK(run_program({"token", "create", "--data-dir", "/x", "--name", "y"}).code == 2);
  CHECK(run_program({"token"}).code == 2);
}

}  // namespace jobledger::daemon::e2e
