#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

#include "tls_run.h"

namespace jobledger::daemon::e2e {
namespace {

using http::eventually;

bool has(const std::string& text, std::string_view piece) {
  return text.find(piece) != std::string::npos;
}

/// `token list`, which takes an admin's token.
Finished list_tokens(const TlsRun& run, const std::string& ca, const Words& more = {}) {
  Words words = run.command({"token", "list"}, ca);
  words.insert(words.end(), more.begin(), more.end());
  return run_program(words, {{"JOBLEDGER_TOKEN", run.daemon->admin_token()}});
}

/// Clients that ask, on a connection that is kept and on new ones, until they are stopped.
class Askers {
 public:
  explicit Askers(const TlsRun& run) {
    for (bool keeps : {true, false}) {
      threads_.emplace_back([this, &run, keeps] { ask(run, keeps); });
    }
  }
  ~Askers() { stop(); }

  int answers() const { return answers_; }
  std::string wrong() {
    stop();
    return wrong_;
  }

 private:
  void ask(const TlsRun& run, bool keeps) {
    std::unique_ptr<http::TlsClient> client;
    try {
      while (!over_) {
        if (!client || !keeps) client = run.connect();
        client->send(request_text("GET", "/readyz", ""));
        if (read_answer(*client).status != 200) throw std::runtime_error("not answered");
        ++answers_;
      }
    } catch (const std::exception& error) {
      std::lock_guard lock(mutex_);
      wrong_ += std::string(keeps ? "kept: " : "new: ") + error.what() + '\n';
    }
  }
  void stop() {
    over_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  std::atomic<bool> over_ = false;
  std::atomic<int> answers_ = 0;
  std::mutex mutex_;
  std::string wrong_;
  std::vector<std::thread> threads_;
};

}  // namespace

TEST_CASE("with a certificate the daemon speaks TLS, and says so in its addresses") {
  TlsRun run;
  CHECK(run.daemon->url().starts_with("https://127.0.0.1:"));
  Team team = run.daemon->new_team();
  Answer created = team.post("/api/v2/jobs", job_body());
  REQUIRE(created.status == 201);
  CHECK(created.body["outputUrl"].text().starts_with(run.daemon->url() + "/api/v2/jobs/"));
  CHECK(team.cancel(created.body["id"].text()).status == 200);
}

TEST_CASE("a daemon that encrypts tells who does not") {
  TlsRun run({"--log-level", "debug"});
  http::Client plain(run.daemon->port());
  plain.send(request_text("GET", "/api/v2/jobs", "a-token"));
  Answer answer = read_answer(plain);
  CHECK(answer.status == 400);
  CHECK_THAT(answer.body["error"].text(), Catch::Contains("https://"));
  CHECK(plain.at_end());
  CHECK_THAT(run.daemon->log(), Catch::Contains("plain HTTP came to the TLS port"));
  http::TlsWishes old = run.wishes;
  old.max_version = TLS1_1_VERSION;
  CHECK_THROWS(http::TlsClient(run.daemon->port(), old));
  CHECK_THAT(run.daemon->log(), Catch::Contains("a TLS handshake failed"));
}

TEST_CASE("commands speak TLS with a daemon whose CA they trust, and with no other") {
  TlsRun run;
  CHECK(list_tokens(run, run.path("ca")).code == 0);
  write_file(run.path("other_ca"), http::Authority().certificate());
  Finished other = list_tokens(run, run.path("other_ca"));
  CHECK(other.code == 3);
  CHECK_THAT(other.err, Catch::Contains("certificate"));
  Finished of_system = run_program({"token", "list", "--url", run.daemon->url()},
                                   {{"JOBLEDGER_TOKEN", run.daemon->admin_token()}});
  CHECK(of_system.code == 3);
  Variables all = {{"JOBLEDGER_URL", run.daemon->url()},
                   {"JOBLEDGER_TOKEN", run.daemon->admin_token()},
                   {"JOBLEDGER_CA", run.path("ca")}};
  CHECK(run_program({"token", "list"}, all).code == 0);
}

TEST_CASE("with a CA of clients only those get in who show a certificate of it") {
  http::Authority clients;
  TlsRun run({}, &clients);
  CHECK(run.daemon->new_team().create().size() == 26);
  const Words shown = {"--client-cert", run.path("client_cert"), "--client-key",
                       run.path("client_key")};
  CHECK(list_tokens(run, run.path("ca"), shown).code == 0);
  CHECK(list_tokens(run, run.path("ca")).code == 3);
  http::Identity stranger = http::Authority().issue("stranger");
  write_file(run.path("client_cert"), stranger.certificate);
  write_file(run.path("client_key"), stranger.key);
  CHECK(list_tokens(run, run.path("ca"), shown).code == 3);
}

TEST_CASE("SIGHUP changes the certificate under load, and a bad one changes nothing") {
  TlsRun run;
  Askers askers(run);
  REQUIRE(eventually([&] { return askers.answers() > 20; }));
  for (const char* name : {"second", "third"}) {
    run.put(run.authority.issue(name));
    run.daemon->signal(SIGHUP);
    CHECK(eventually([&] { return run.connect()->server_name() == name; }));
  }
  write_file(run.key(), "nothing");
  run.daemon->signal(SIGHUP);
  CHECK(eventually([&] { return has(run.daemon->log(), "was not reloaded"); }));
  CHECK(run.connect()->server_name() == "third");
  int so_far = askers.answers();
  CHECK(eventually([&] { return askers.answers() > so_far + 20; }));
  CHECK(askers.wrong().empty());
}

TEST_CASE("SIGHUP without TLS does nothing, and says so") {
  DaemonRun daemon;
  daemon.signal(SIGHUP);
  CHECK(eventually([&] { return has(daemon.log(), "nothing to reload"); }));
  CHECK(daemon.new_team().get("/readyz").status == 200);
}

TEST_CASE("where others can connect, the daemon does not start without TLS unless told to") {
  tests::TempDir dir;
  const std::string address = GENERATE(as<std::string>{}, "0.0.0.0:0", "[::]:0");
  const Words serve = {"serve", "--data-dir", dir.path() + "/ledger", "--listen", address};
  Finished refused = run_program(serve);
  CHECK(refused.code == 2);
  CHECK_THAT(refused.err, Catch::Contains("tls.certificate") && Catch::Contains("tls.allow_plain"));
  CHECK(refused.out.empty());
  Words allowed = serve;
  allowed.insert(allowed.end(), {"--tls-allow-plain", "true"});
  Process daemon(allowed, dir.path() + "/err");
  CHECK_THAT(daemon.read_line(), Catch::StartsWith("listening on http://"));
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
}

TEST_CASE("where others can connect, a certificate is enough") {
  TlsRun run;
  REQUIRE(run.daemon->stop() == 0);
  Process daemon(run.serve("0.0.0.0:0"), run.path("err"));
  CHECK_THAT(daemon.read_line(), Catch::StartsWith("listening on https://0.0.0.0:"));
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
}

TEST_CASE("a certificate that cannot be used is a start that says why") {
  TlsRun run;
  REQUIRE(run.daemon->stop() == 0);
  write_file(run.certificate(), "nothing");
  Finished refused = run_program(run.serve("127.0.0.1:0"));
  CHECK(refused.code == 3);
  CHECK(refused.out.empty());
  CHECK_THAT(refused.err, Catch::Contains("cannot start") && Catch::Contains(run.certificate()) &&
                              Catch::Contains("no start line"));
}

TEST_CASE("a key that every user can read is told of") {
  TlsRun run;
  CHECK_FALSE(has(run.daemon->log(), "chmod"));
  ::chmod(run.key().c_str(), 0644);
  run.daemon->restart();
  CHECK_THAT(run.daemon->log(), Catch::Contains("warn") && Catch::Contains(run.key()));
}

}  // namespace jobledger::daemon::e2e
