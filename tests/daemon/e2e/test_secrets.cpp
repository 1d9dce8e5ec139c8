#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "tls_run.h"

// What must never stand where others can read it: tokens, and what bodies carry for the worker
// alone. The name of each begins with the same word, so that one look finds them all.

namespace jobledger::daemon::e2e {
namespace {

constexpr std::string_view kSecret = "hidden-";

std::string body_with_secrets() {
  return R"({"template":{"id":"01J8ZQ5V7M3N9XKCW2D4R6T8YB","composition":"main"},)"
         R"("upload":{"provider":"s3","params":{"key":"hidden-upload"}},)"
         R"("webhook":{"url":"http://127.0.0.1:9/","headers":{"Authorization":"hidden-hook"}}})";
}

/// Every file below the directory, as one text.
std::string all_files(const std::string& directory) {
  std::string text;
  for (const auto& file : std::filesystem::recursive_directory_iterator(directory)) {
    if (file.is_regular_file()) text += read_file(file.path());
  }
  return text;
}

}  // namespace

TEST_CASE("no secret gets into logs, entries, lists of processes, nor a token onto the disk") {
  TlsRun run({"--log-level", "debug", "--limits-max-body-bytes", "4096"});
  DaemonRun& daemon = *run.daemon;
  Team team = daemon.new_team();
  const std::string job = team.create(body_with_secrets());
  CHECK(team.post("/api/v2/jobs", R"({"secret":"hidden-body")").status == 400);
  CHECK(team.get("/api/v2/jobs/" + job, {{"Cookie", "hidden-cookie"}}).status == 200);
  CHECK(team.cancel(job).status == 200);
  Team stranger(daemon, "none", "hidden-unknown-token");
  CHECK(stranger.get("/api/v2/jobs").status == 401);
  auto of_v1 = stranger.connect();  // its 403 is plain text
  of_v1->send("GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\nnexrender-secret: hidden-v1\r\n\r\n");
  CHECK(of_v1->read().status == 403);
  auto refuse = [&](const std::string& bytes) {
    auto client = team.connect();
    client->send(bytes);
    return read_answer(*client).status;
  };
  CHECK(refuse("GET / HTTP/1.1\r\nAuthorization: Bearer hidden-broken\r\nbroken\r\n\r\n") == 400);
  CHECK(refuse(request_text("POST", "/api/v2/jobs", team.token(),
                            "hidden-large" + std::string(9000, 'x'))) == 413);
  http::Client plain(daemon.port());
  plain.send(request_text("GET", "/api/v2/jobs", "hidden-plain"));
  CHECK(read_answer(plain).status == 400);

  auto tells = [&](const std::string& text) {
    return text.find(kSecret) != std::string::npos ||
           text.find(team.token()) != std::string::npos ||
           text.find(daemon.admin_token()) != std::string::npos;
  };
  const std::string entries = daemon.admin()
                                  .with_token(R"("scopes":"audit:read,audit:all")")
                                  .get("/ledger/v1/entries")
                                  .text;
  REQUIRE(entries.find(job) != std::string::npos);
  CHECK_FALSE(tells(entries));
  CHECK_FALSE(tells(team.get("/ledger/v1/jobs/" + job + "/history").text));
  CHECK_FALSE(tells(team.get("/api/v2/jobs/" + job + "/logs").text));
  CHECK_FALSE(tells(daemon.command_line()));
  REQUIRE(daemon.command_line().find("--data-dir") != std::string::npos);
  daemon.stop();
  CHECK_FALSE(tells(daemon.log()));
  REQUIRE(daemon.log().find("plain HTTP") != std::string::npos);
  CHECK_FALSE(tells(run_program({"export", "--data-dir", daemon.data_dir()}).out));
  // The worker gets the bodies, so they are there, for the owner of the files alone.
  const std::string stored = all_files(daemon.data_dir());
  CHECK(stored.find("hidden-upload") != std::string::npos);
  CHECK(stored.find(team.token()) == std::string::npos);
  CHECK(stored.find(daemon.admin_token()) == std::string::npos);
  namespace fs = std::filesystem;
  CHECK((fs::status(daemon.data_dir() + "/db").permissions() & fs::perms(077)) == fs::perms::none);
}

TEST_CASE("a command that waits shows its token to nobody but who put it into its words") {
  DaemonRun& daemon = shared_daemon();
  Team team = new_team();
  tests::TempDir dir;
  write_file(dir.path() + "/token", team.token() + "\n");
  const Words words = {"tail", "--from", "0", "--url", daemon.url()};
  const bool by_file = GENERATE(true, false);
  Words all = words;
  if (by_file) all.insert(all.end(), {"--token-file", dir.path() + "/token"});
  Process tail(all, dir.path() + "/err",
               by_file ? Variables{} : Variables{{"JOBLEDGER_TOKEN", team.token()}});
  CHECK_THAT(tail.read_line(), Catch::Contains("CreateToken"));
  CHECK_THAT(tail.command_line(), Catch::Contains("tail"));
  CHECK(tail.command_line().find(team.token()) == std::string::npos);
}

TEST_CASE("a token is named in one way, and a file of one must hold it") {
  DaemonRun& daemon = shared_daemon();
  tests::TempDir dir;
  const std::string file = dir.path() + "/token";
  write_file(file, daemon.admin_token() + "\r\nnot this\n");
  const Words list = {"token", "list", "--url", daemon.url(), "--token-file", file};
  CHECK(run_program(list).code == 0);
  CHECK(run_program(list, {{"JOBLEDGER_TOKEN", "another"}}).code == 0);
  Words twice = list;
  twice.insert(twice.end(), {"--token", "another"});
  CHECK(run_program(twice).code == 2);
  write_file(file, "");
  Finished empty = run_program(list);
  CHECK(empty.code == 2);
  CHECK_THAT(empty.err, Catch::Contains(file));
}

}  // namespace jobledger::daemon::e2e
