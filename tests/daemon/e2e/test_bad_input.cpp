#include <catch2/catch.hpp>

#include "team.h"

// What a client may send that it should not: each has a clear answer, and the daemon goes on.

namespace jobledger::daemon::e2e {
namespace {

constexpr std::string_view kJobs = "/api/v2/jobs";

std::string repeat(std::string_view text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

std::string chunked(const Team& team, std::string_view body) {
  std::string text = "POST /api/v2/jobs HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer " +
                     team.token() + "\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < body.size(); at += 7) {
    std::string_view piece = body.substr(at, 7);
    text += std::to_string(piece.size()) + "\r\n" + std::string(piece) + "\r\n";
  }
  return text + "0\r\n\r\n";
}

}  // namespace

TEST_CASE("a body that is no JSON object is 400 and says what to do") {
  Team team = new_team();
  std::string body = GENERATE(
      std::string(""), std::string("   "), std::string("{"), std::string("[]"), std::string("null"),
      std::string("\"x\""), std::string("{}{}"), std::string("{'a':1}"), std::string("{\"a\":1,}"),
      std::string("{\"a\":01}"), std::string("{\"a\":NaN}"), std::string("{\"a\":1,\"a\":2}"),
      std::string("{\"a\":\"\xff\"}"), std::string("{\"a\":\"\\ud800\"}"),
      std::string("{\"a\":1e999}"), std::string("\0{}", 3), std::string("\xef\xbb\xbf{}"));
  CAPTURE(body);
  for (const char* path :
       {"/api/v2/jobs", "/api/v2/jobs/join", "/api/v2/batches", "/api/v2/jobs/cancel"}) {
    Answer refused = team.post(path, body);
    CHECK(refused.status == 400);
    CHECK(refused.body["details"].size() >= 1);
  }
  CHECK(team.get(kJobs).body.size() == 0);
}

TEST_CASE("JSON that nests too deep is 400, however deep") {
  Team team = new_team();
  int depth = GENERATE(70, 5000, 200'000);
  std::string deep = repeat("[", depth) + repeat("]", depth);
  CHECK(team.post(kJobs, job_body("\"x\":" + deep)).status == 400);
  CHECK(team.post(kJobs, repeat("{\"a\":", depth)).status == 400);
}

TEST_CASE("a tree that nests far too deep is 400") {
  Team team = new_team();
  CHECK(team.post(kJobs, nested_body(25)).status == 400);
  CHECK(team.post(kJobs, nested_body(1000)).status == 400);
}

TEST_CASE("point 14: unknown properties of a body are kept with the job") {
  Team team = new_team();
  std::string body = job_body(R"("a":{"b":[1,2,{"c":null}]},"id":"mine","status":"finished")");
  std::string id = team.create(body);
  CHECK(id != "mine");
  CHECK(team.status(id) == "queued");
  CHECK_THAT(team.claim(id).answer.text, Catch::Contains(body));
}

TEST_CASE("a body beyond the limit is 413, said in advance or not") {
  DaemonRun daemon({"--limits-max-body-bytes", "2048"});
  Team team = daemon.new_team();
  std::string large = job_body("\"x\":\"" + std::string(4096, 'x') + "\"");
  Answer refused = team.post(kJobs, large);
  CHECK(refused.status == 413);
  CHECK(refused.body["code"] == "body_too_large");
  auto client = team.connect();
  client->send(chunked(team, large));
  CHECK(read_answer(*client).status == 413);
  CHECK(team.post(kJobs, job_body()).status == 201);
  CHECK(team.get(kJobs).body.size() == 1);
}

TEST_CASE("a head beyond the limit is 431") {
  Team team = new_team();
  Answer refused = team.get(kJobs, {{"X-Much", std::string(40'000, 'x')}});
  CHECK(refused.status == 431);
}

TEST_CASE("an unknown path is 404") {
  Team team = new_team();
  std::string path = GENERATE("/", "/api", "/api/v2", "/api/v2/job", "/api/v2/jobs/", "//",
                              "/api/v2/jobs/x/y", "/api/v2/jobs/../jobs", "/api/v3/jobs",
                              "/ledger/v1", "/api/v2/jobs/%2e%2e", "/API/v2/jobs");
  CAPTURE(path);
  Answer refused = team.get(path);
  CHECK(refused.status == 404);
  CHECK_FALSE(refused.body["code"].missing());
}

TEST_CASE("a method that a path does not take is 405 and names those it takes") {
  Team team = new_team();
  auto [method, path, allowed] = GENERATE(table<std::string, std::string, std::string>({
      {"DELETE", "/api/v2/jobs", "POST, GET"},
      {"PUT", "/api/v2/jobs", "POST, GET"},
      {"POST", "/api/v2/jobs/01J8ZQ5V7M3N9XKCW2D4R6T8YB/cancel", "PATCH"},
      {"PATCH", "/api/v2/batches/01J8ZQ5V7M3N9XKCW2D4R6T8YB/cancel", "POST"},
      {"GET", "/api/v2/worker/claim", "POST"},
      {"POST", "/ledger/v1/head", "GET"},
      {"DELETE", "/ledger/v1/entries/0", "GET"},
  }));
  CAPTURE(method, path);
  Answer refused = team.call(method, path, "{}");
  CHECK(refused.status == 405);
  CHECK(refused.header("Allow") == allowed);
}

TEST_CASE("pipelined requests are answered in their order") {
  Team team = new_team();
  auto client = team.connect();
  std::string create = request_text("POST", kJobs, team.token(), job_body());
  client->send(create + request_text("GET", "/nowhere", team.token()) + create +
               request_text("GET", kJobs, team.token()));
  CHECK(read_answer(*client).status == 201);
  CHECK(read_answer(*client).status == 404);
  CHECK(read_answer(*client).status == 201);
  CHECK(read_answer(*client).body.size() == 2);
}

TEST_CASE("a chunked request is taken, and keeps its payload byte for byte") {
  Team team = new_team();
  std::string body = job_body(R"("mine" : [ 1 ,2])");
  auto client = team.connect();
  client->send(chunked(team, body));
  Answer created = read_answer(*client);
  REQUIRE(created.status == 201);
  Answer claimed = team.claim(created.body["id"].text()).answer;
  CHECK_THAT(claimed.text, Catch::Contains("\"payload\":" + body + "}"));
}

TEST_CASE("a request in single bytes is taken") {
  Team team = new_team();
  auto client = team.connect();
  for (char each : request_text("POST", kJobs, team.token(), job_body())) {
    client->send(std::string_view(&each, 1));
  }
  CHECK(read_answer(*client).status == 201);
}

TEST_CASE("a client that hangs up within a request leaves no job behind") {
  Team team = new_team();
  std::string request = request_text("POST", kJobs, team.token(), job_body());
  for (std::size_t length : {std::size_t{1}, request.size() / 2, request.size() - 1}) {
    team.connect()->send(request.substr(0, length));
  }
  CHECK(team.get(kJobs).body.size() == 0);
}

TEST_CASE("a client that hangs up before its answer gets its job made all the same") {
  Team team = new_team();
  team.connect()->send(request_text("POST", kJobs, team.token(), job_body()));
  CHECK(http::eventually([&] { return team.get(kJobs).body.size() == 1; }));
}

TEST_CASE("bytes that are no request are 400, and the connection ends") {
  Team team = new_team();
  std::string bytes =
      GENERATE(std::string("nonsense\r\n\r\n"), std::string("\x16\x03\x01\x02"),
               std::string("GET\r\n\r\n"), std::string("GET / HTTP/1.1\r\nBad Name: x\r\n\r\n"),
               std::string("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n"),
               std::string("GET / HTTP/9.9\r\n\r\n"), std::string(100, '\0'));
  auto client = team.connect();
  client->send(bytes);
  client->finish_sending();
  std::string answer = client->read_to_end();
  if (!answer.empty())
    CHECK_THAT(answer, Catch::StartsWith("HTTP/1.1 4") || Catch::StartsWith("HTTP/1.1 5"));
  CHECK(team.get(kJobs).status == 200);
}

TEST_CASE("a HEAD is answered without a body") {
  Team team = new_team();
  auto client = team.connect();
  client->send(request_text("HEAD", kJobs, team.token()));
  http::Answer answer = client->read(true);
  CHECK(answer.status == 200);
  client->send(request_text("GET", kJobs, team.token()));
  CHECK(read_answer(*client).text == "[]");
}

TEST_CASE("ids and texts with strange characters come back as they were sent, or are refused") {
  Team team = new_team();
  std::string id = team.create(job_body(R"("tags":["\u00fc","a b","\"q\""])"));
  CHECK(texts_of(team.get("/api/v2/jobs?tags=%C3%BC").body, "id") == id);
  CHECK(texts_of(team.get("/api/v2/jobs?tags=a%20b").body, "id") == id);
  CHECK(team.get("/api/v2/jobs/%00").status >= 400);
  std::string reason = "\xf0\x9f\x8e\xac \"x\" \\ \n\t end";
  Answer cancelled = team.cancel(id, "{\"reason\":" + json_text(reason) + "}");
  CHECK(cancelled.body[0]["stats"]["error"] == "manually cancelled: " + reason);
  CHECK(team.entry(cancelled.version() - 1)["reason"] == reason);
}

}  // namespace jobledger::daemon::e2e
