#include <catch2/catch.hpp>
#include <cstdio>
#include <thread>

#include "crowd.h"
#include "feed_client.h"
#include "good_clients.h"
#include "tally.h"
#include "tests/support/torture.h"

// Clients that mean harm, beside others that do not: those are served all the same, and the memory
// of the daemon has a ceiling.

namespace jobledger::daemon::e2e {
namespace {

using std::chrono::steady_clock;

constexpr std::uint64_t kMiB = 1 << 20;

/// The long run is against a daemon as it comes; the slice has fewer of everything.
std::size_t many(std::size_t in_long_run, std::size_t in_slice) {
  return is_long_run() ? in_long_run : in_slice;
}

std::string milliseconds(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f ms", value);
  return text;
}

/// Good clients for a while without, then for a while beside `others`.
template <typename Others>
void serve_beside(Team& team, const std::string& what, const Others& others) {
  GoodClients clients(team);
  int rounds = static_cast<int>(many(2000, 50));
  clients.run(rounds);
  double alone = clients.quantile(0.99);
  clients.run(rounds, others);
  CHECK(clients.wrong() == "");
  CHECK(clients.requests() == static_cast<std::size_t>(4 * 2 * rounds));
  double beside = clients.quantile(0.99);
  Tally::measured("p99 of good clients alone " + milliseconds(alone) + ", beside " + what + " " +
                  milliseconds(beside) + ", ratio " + std::to_string(beside / alone));
}

void pause() {
  std::this_thread::sleep_for(std::chrono::milliseconds(1));  // the pace of the hostile ones
}

}  // namespace

TEST_CASE("hostile: writers that never come to an end keep nobody from being served",
          "[torture][hostile]") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  Crowd heads(daemon.port());
  Crowd bodies(daemon.port());
  heads.join(many(2500, 300));
  bodies.join(many(2500, 300));
  heads.send_each("GET /api/v2/jobs HTTP/1.1\r\nHost: a\r\nX-Slow: ");
  std::string post = request_text("POST", "/api/v2/jobs", team.token(), job_body());
  bodies.send_each(post.substr(0, post.size() - 40));
  std::size_t next = 0;
  serve_beside(team, std::to_string(heads.size() + bodies.size()) + " slow writers", [&] {
    heads.send(next % heads.size(), "x");
    if (next % 50 == 0) bodies.send(next / 50 % bodies.size(), " ");
    ++next;
    pause();
  });
  std::int64_t listed = team.get("/api/v2/jobs?limit=1").body.size();
  CHECK(listed == 1);
}

TEST_CASE("hostile: idle connections and hurried ones keep nobody from being served",
          "[torture][hostile]") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  Crowd idle(daemon.port());
  idle.join(many(10'000, 500));  // no more are served at a time
  std::size_t hurried = 0;
  auto begun = steady_clock::now();
  serve_beside(team, std::to_string(idle.size()) + " idle connections and a thousand new a second",
               [&] {
                 Crowd short_lived(daemon.port());
                 short_lived.join(1);
                 if (hurried++ % 2 == 0) short_lived.send_each("GET / HTTP/1.1\r\n");
                 std::this_thread::sleep_until(begun + hurried * std::chrono::milliseconds(1));
               });
  CHECK(hurried > 0);
}

TEST_CASE("hostile: claims that wait by the thousand keep nobody from being served",
          "[torture][hostile]") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  Team other = daemon.new_team();
  Crowd claims(daemon.port());
  claims.join(many(5000, 300));
  claims.send_each(request_text("POST", "/api/v2/worker/claim", other.token(), R"({"wait":60})"));
  serve_beside(team, std::to_string(claims.size()) + " waiting claims", pause);
  claims.leave();
  // Those who have gone take no job.
  std::string id = other.create();
  REQUIRE(http::eventually([&] {
    return other.post("/api/v2/worker/claim", R"({"jobId":)" + json_text(id) + '}').status == 200;
  }));
}

TEST_CASE("hostile: what two readers could frame differently is refused, and the rest not read",
          "[hostile]") {
  Team team = new_team();
  std::string smuggled = request_text("POST", "/api/v2/jobs", team.token(), job_body());
  std::string head = "POST /api/v2/jobs HTTP/1.1\r\nAuthorization: Bearer " + team.token() + "\r\n";
  std::string host = "Host: a\r\n";
  for (const std::string& request : {
           head + host + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           head + host + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
           head + host + "Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
           head + host + "Content-Length : 0\r\n\r\n",
           head + host + "Content-Length:\r\n 0\r\n\r\n",
           head + host + "X-A: b\r\n Content-Length: 5\r\nContent-Length: 0\r\n\r\n",
           head + host + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n",
           head + host + "Transfer-Encoding: chunked\r\n\r\n1;\nx\r\n0\r\n\r\n",
           head + host + host + "Content-Length: 0\r\n\r\n",
           head + "Content-Length: 0\r\n\r\n",
           head + host + "X-A: b\nContent-Length: 0\r\n\r\n",
           head + host + "Content-Length: 0\n\n\r\n\r\n",
           head + host + "Content-Length: 0x0\r\n\r\n",
           head + host + "Content-Length: -1\r\n\r\n",
       }) {
    CAPTURE(request);
    auto client = team.connect();
    client->try_send(request + smuggled);
    Answer answer = read_answer(*client);
    CHECK(answer.status == 400);
    CHECK(answer.header("Connection") == "close");
    client->finish_sending();
    CHECK(client->at_end());
  }
  CHECK(team.get("/api/v2/jobs").body.size() == 0);
}

TEST_CASE("hostile: whatever is too large is refused, and the next client served", "[hostile]") {
  Team team = new_team();
  std::string host = " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + team.token() + "\r\n";
  std::string post = "POST /api/v2/jobs" + host;
  std::string much(40'000, 'x');
  std::string many_headers;
  while (many_headers.size() < 40'000) many_headers += "X-H: y\r\n";
  std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
  struct Row {
    std::string request;
    int status;
  };
  std::string deep(2000, '[');
  for (const Row& row : {
           Row{"GET /" + much + host + "\r\n", 431},
           Row{"GET /" + std::string("?a=") + much + host + "\r\n", 431},
           Row{"GET /" + host + "X-Large: " + much + "\r\n\r\n", 431},
           Row{"GET /" + host + many_headers + "\r\n", 431},
           Row{much, 431},
           Row{post + "Content-Length: 16777217\r\n\r\n", 413},
           Row{post + "Content-Length: 18446744073709551615\r\n\r\n", 413},
           Row{chunked + "fffffff\r\n", 413},
           Row{chunked + "1;" + much + "\r\nx\r\n0\r\n\r\n", 431},
           Row{chunked + "0\r\nX-T: " + much + "\r\n\r\n", 431},
           Row{request_text("POST", "/api/v2/jobs", team.token(), deep), 400},
           Row{request_text("POST", "/api/v2/jobs", team.token(),
                            batch_body(std::vector<std::string>(1001, "{}"))),
               400},
           Row{request_text("POST", "/api/v2/batches", team.token(),
                            batch_body(std::vector<std::string>(1001, job_body()))),
               400},
       }) {
    CAPTURE(row.request.substr(0, 100), row.request.size());
    auto client = team.connect();
    client->try_send(row.request);
    CHECK(read_answer(*client).status == row.status);
    CHECK(team.get("/healthz").status == 200);
  }
  CHECK(team.get("/api/v2/jobs").body.size() == 0);
}

TEST_CASE("hostile: the token is looked at before a large body is read", "[hostile]") {
  Team team = new_team();
  for (const char* length : {"Content-Length: 1000000", "Transfer-Encoding: chunked"}) {
    auto client = team.connect();
    client->send("POST /api/v2/jobs HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer nobody\r\n" +
                 std::string(length) + "\r\n\r\n");
    Answer answer = read_answer(*client);
    CHECK(answer.status == 401);
    CHECK(answer.header("Connection") == "close");
  }
}

}  // namespace jobledger::daemon::e2e
