#include <catch2/catch.hpp>

#include "intruder.h"
#include "ledger/keys.h"
#include "team.h"

// Subscriptions: made, listed and deleted as entries of the ledger, with secrets that are in none.

namespace jobledger::daemon::e2e {
namespace {

constexpr std::string_view kWebhooks = "/ledger/v1/webhooks";

std::string path_of(const Json& webhook) {
  return std::string(kWebhooks) + '/' + webhook["id"].text();
}

std::string body_of(const std::string& path, const std::string& more = "") {
  return R"({"url":"https://hooks.example/)" + path + '"' + more + '}';
}

Json made(Team& team, const std::string& body) {
  Answer answer = team.post(kWebhooks, body);
  INFO(answer.text);
  REQUIRE(answer.status == 201);
  return answer.body;
}

std::string listed(Team& team, const std::string& query = "") {
  std::string urls;
  for (const Json& item : team.get(std::string(kWebhooks) + query).body["items"].items()) {
    urls += item["url"].text().substr(std::string("https://hooks.example/").size()) + ' ';
  }
  return urls;
}

}  // namespace

TEST_CASE("a webhook is made, listed and deleted, each with its entry", "[webhooks]") {
  Team team = new_team();
  Answer answer = team.post(kWebhooks, body_of("a", R"(,"events":["job.cancelled","job.error"])"),
                            {{"X-On-Behalf-Of", "ann"}});
  REQUIRE(answer.status == 201);
  const Json& webhook = answer.body;
  CHECK(webhook["index"] == answer.version() - 1);
  CHECK(webhook["onBehalfOf"] == "ann");
  CHECK(webhook["createdAt"] == webhook["time"].text());
  CHECK(webhook["deletedAt"].is_null());
  Json entry = team.entry(answer.version() - 1);
  CHECK(entry["type"] == "CreateWebhook");
  CHECK(entry["events"][0]["type"] == "WebhookCreated");
  CHECK(entry["events"][0]["id"] == webhook["id"].text());
  CHECK(entry["events"][0]["url"] == "https://hooks.example/a");
  CHECK(entry["events"][0]["events"].dump() == R"(["job.error","job.cancelled"])");

  made(team, body_of("b"));
  CHECK(listed(team) == "a b ");
  Answer deleted = team.call("DELETE", path_of(webhook));
  REQUIRE(deleted.status == 200);
  CHECK(deleted.body["deletedAt"].is_string());
  CHECK(deleted.body["secret"].missing());
  entry = team.entry(deleted.version() - 1);
  CHECK(entry["type"] == "DeleteWebhook");
  CHECK(entry["command"]["webhook"] == webhook["id"].text());
  CHECK(entry["events"][0]["url"] == "https://hooks.example/a");
  CHECK(listed(team) == "b ");
  CHECK(listed(team, "?asOf=" + std::to_string(answer.version())) == "a ");
  CHECK(listed(team, "?asOf=" + std::to_string(deleted.version() - 1)) == "a b ");
  CHECK(team.get(path_of(webhook)).body["deletedAt"] == deleted.body["deletedAt"].text());
  const std::string then = "?asOf=" + std::to_string(answer.version());
  CHECK(team.get(path_of(webhook) + then).body["deletedAt"].is_null());
  CHECK(team.get(path_of(webhook) + "?asOf=" + std::to_string(answer.version() - 1)).status == 404);
  // A second time changes nothing.
  CHECK(team.call("DELETE", path_of(webhook)).version() == deleted.version());
}

TEST_CASE("a webhook is its team's own", "[webhooks]") {
  Team team = new_team();
  Team other = new_team();
  Json webhook = made(team, body_of("a"));
  CHECK(listed(other) == "");
  for (const std::string& path : {path_of(webhook), path_of(webhook) + "/secret"}) {
    Answer answer = other.get(path);
    CHECK(answer.status == 404);
    CHECK(answer.body["code"] == "webhook_not_found");
  }
  CHECK(other.call("DELETE", path_of(webhook)).status == 404);
  // Who may read the ledger across teams sees it, and not its secret.
  Team auditor = other.with_token(R"("scopes":["audit:all","audit:read","jobs:write"])");
  CHECK(listed(auditor, "?team=" + team.name()) == "a ");
  CHECK(auditor.get(path_of(webhook) + "?team=" + team.name()).status == 200);
  CHECK(auditor.get(path_of(webhook) + "/secret?team=" + team.name()).status == 404);
}

TEST_CASE("secrets are in no entry, stay the same, and are for who may make webhooks",
          "[webhooks]") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  Headers key = {{"Idempotency-Key", "one webhook"}};
  Answer first = team.post(kWebhooks, body_of("a"), key);
  const std::string secret = first.body["secret"].text();
  CHECK_THAT(secret, Catch::StartsWith("whsec_"));
  Answer again = team.post(kWebhooks, body_of("a"), key);
  CHECK(again.status == 201);
  CHECK(again.header("Idempotency-Replayed") == "true");
  CHECK(again.text == first.text);
  Json second = made(team, body_of("a"));
  CHECK_FALSE(second["secret"] == secret);

  const std::string path = path_of(first.body) + "/secret";
  const std::string of_jobs = std::string(kWebhooks) + "/job-secret";
  const std::string job_secret = team.get(of_jobs).body["secret"].text();
  CHECK_THAT(job_secret, Catch::StartsWith("whsec_"));
  CHECK_FALSE(job_secret == daemon.new_team().get(of_jobs).body["secret"].text());
  CHECK(team.get(of_jobs).header("Cache-Control") == "no-store");
  for (const char* scopes :
       {R"(["audit:read"])", R"(["jobs:write"])", R"(["audit:all","jobs:write"])"}) {
    Team limited = team.with_token("\"scopes\":" + std::string(scopes));
    CAPTURE(scopes);
    CHECK(limited.post(kWebhooks, body_of("b")).status == 403);
    for (const std::string& each : {path, of_jobs}) CHECK(limited.get(each).status == 403);
  }
  daemon.restart();
  Team later(daemon, team.name(), team.token());
  CHECK(later.get(path).body["secret"] == secret);
  CHECK(later.get(of_jobs).body["secret"] == job_secret);
  CHECK_THAT(later.get("/ledger/v1/entries").text, !Catch::Contains(secret.substr(6)));
}

TEST_CASE("a webhook to a private network is refused, unless the operator allows it",
          "[webhooks]") {
  Team team = new_team();
  for (const char* url :
       {"http://127.0.0.1/a", "http://10.1.2.3", "http://[::1]:80/",
        "http://169.254.169.254/latest/", "http://0x7f.1/", "http://2130706433/"}) {
    CAPTURE(url);
    Answer refused = team.post(kWebhooks, R"({"url":")" + std::string(url) + "\"}");
    CHECK(refused.status == 400);
    CHECK(refused.body["code"] == "webhook_target_refused");
  }
  CHECK(made(team, R"({"url":"http://93.184.216.34/a"})")["url"] == "http://93.184.216.34/a");
  DaemonRun open({"--webhooks-allow-private", "true"});
  Team allowed = open.new_team();
  made(allowed, R"({"url":"http://127.0.0.1/a"})");
}

TEST_CASE("a webhook that is not right is 400, and one too many is 409", "[webhooks]") {
  Team team = new_team();
  const auto before = team.version();
  for (const char* body : {"", "{}", R"({"url":"x"})", R"({"url":"https://h","events":["x"]})",
                           R"({"url":"https://u@h"})", R"({"url":"https://h/#f"})"}) {
    CAPTURE(body);
    CHECK(team.post(kWebhooks, body).status == 400);
  }
  CHECK(team.call("DELETE", std::string(kWebhooks) + "/nonsense").status == 400);
  CHECK(team.get(std::string(kWebhooks) + "/nonsense").status == 400);
  CHECK(team.version() == before);
  for (int i = 0; i < 100; ++i) made(team, body_of(std::to_string(i)));
  Answer refused = team.post(kWebhooks, body_of("more"));
  CHECK(refused.status == 409);
  CHECK(refused.body["code"] == "too_many_webhooks");
  CHECK(team.entry(refused.version() - 1)["command"]["url"] == "https://hooks.example/more");
}

TEST_CASE("webhooks and their secrets survive a kill, a rebuild and a cut", "[webhooks]") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  Json kept = made(team, body_of("kept"));
  Json gone = made(team, body_of("gone"));
  REQUIRE(team.call("DELETE", path_of(gone)).status == 200);
  const std::string secret = kept["secret"].text();
  const auto version = static_cast<std::uint64_t>(team.version());
  team.create();
  auto check_all = [&] {
    Team later(daemon, team.name(), team.token());
    CHECK(listed(later) == "kept ");
    CHECK(later.get(path_of(gone)).body["deletedAt"].is_string());
    CHECK(later.get(path_of(kept) + "/secret").body["secret"] == secret);
  };
  daemon.kill();
  daemon.start();
  check_all();
  REQUIRE(daemon.stop() == 0);
  REQUIRE(run_program({"rebuild", "--data-dir", daemon.data_dir()}).code == 0);
  Finished verified = run_program({"verify", "--data-dir", daemon.data_dir()});
  INFO(verified.out << verified.err);
  REQUIRE(verified.code == 0);
  Intruder(daemon.data_dir()).write("entries", ledger::keys::entry(version), "damaged");
  Finished repaired =
      run_program({"repair", "--data-dir", daemon.data_dir(), "--cut-at", std::to_string(version)});
  INFO(repaired.out << repaired.err);
  REQUIRE(repaired.code == 0);
  daemon.start();
  check_all();
}

TEST_CASE("an export has the webhooks, and what is imported has secrets of its own", "[webhooks]") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  Json webhook = made(team, body_of("a"));
  REQUIRE(daemon.stop() == 0);
  tests::TempDir dir;
  const std::string file = dir.path() + "/export.ndjson";
  Finished exported = run_program({"export", "--data-dir", daemon.data_dir(), file});
  INFO(exported.err);
  REQUIRE(exported.code == 0);
  const std::string into = dir.path() + "/into";
  Finished imported = run_program({"import", "--data-dir", into, file});
  INFO(imported.out << imported.err);
  REQUIRE(imported.code == 0);
  DaemonRun copy({}, {}, into);
  Team there(copy, team.name(), team.token());
  CHECK(listed(there) == "a ");
  const Json told = there.get(path_of(webhook) + "/secret").body;
  CHECK_THAT(told["secret"].text(), Catch::StartsWith("whsec_"));
  CHECK_FALSE(told["secret"] == webhook["secret"].text());
}

}  // namespace jobledger::daemon::e2e
