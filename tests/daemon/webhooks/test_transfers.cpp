#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <thread>

#include "daemon/webhooks/transfers.h"
#include "receiver_server.h"

namespace jobledger::daemon::webhooks {
namespace {

constexpr Transfers::How kOpen{.allow_private = true};

Outcome send(Message message, const Transfers::How& how = kOpen) {
  Transfers transfers(how);
  transfers.begin(7, std::move(message));
  while (true) {
    std::vector<Transfers::Ended> ended = transfers.wait(std::chrono::seconds(1));
    if (ended.empty()) continue;
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].id == 7);
    CHECK(transfers.bytes() == 0);
    return ended[0].outcome;
  }
}

Message to(const std::string& url) {
  return {.method = "POST", .url = url, .headers = {}, .body = "{}"};
}

/// Answers one request with these bytes, and then closes the connection, or waits until the client
/// does.
class RawServer {
 public:
  RawServer(std::string answer, bool closes)
      : acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}),
        thread_([this, answer = std::move(answer), closes] {
          boost::asio::ip::tcp::socket socket = acceptor_.accept();
          std::string request;
          boost::system::error_code ignored;
          boost::asio::read_until(socket, boost::asio::dynamic_buffer(request), "{}", ignored);
          boost::asio::write(socket, boost::asio::buffer(answer), ignored);
          char rest = 0;
          while (!closes && !ignored) socket.read_some(boost::asio::buffer(&rest, 1), ignored);
        }) {}
  ~RawServer() { thread_.join(); }

  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/hook";
  }

 private:
  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::thread thread_;
};

Transfers::How impatient() {
  Transfers::How how = kOpen;
  how.timeout = std::chrono::milliseconds(1000);
  return how;
}

}  // namespace

TEST_CASE("a request goes out as it was made, with its method, headers and body") {
  ReceiverServer server;
  Message message = to(server.url("/a/b?c=d"));
  message.method = GENERATE("POST", "PUT", "PATCH", "DELETE", "GET");
  message.headers = {{"content-type", "application/json"}, {"X-Empty", ""}, {"X-Key", "v"}};
  message.body = message.method == "GET" ? "" : std::string(2'000'000, 'x');  // beyond 100-continue
  Outcome outcome = send(message);
  CHECK(outcome.attempt.error.empty());
  CHECK(outcome.attempt.status == 200);
  std::vector<http::Request> seen = server.seen();
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].method == message.method);
  CHECK(seen[0].target == "/a/b?c=d");
  CHECK(seen[0].body == message.body);
  CHECK(seen[0].header("X-Key") == "v");
  CHECK(seen[0].header("X-Empty").data() != nullptr);
  CHECK(seen[0].header("Expect").data() == nullptr);
  CHECK(seen[0].header("content-type") == "application/json");
}

TEST_CASE("HEAD has no body, and its answer none") {
  ReceiverServer server;
  Message message = to(server.url());
  message.method = "HEAD";
  CHECK(send(message).attempt.status == 200);
  CHECK(server.seen()[0].body.empty());
}

TEST_CASE("a redirect is an answer, and is not followed") {
  ReceiverServer target;
  ReceiverServer server([&](const http::Request&, std::size_t) {
    http::Reply reply = ReceiverServer::reply(302);
    reply.headers.emplace_back("Location", target.url());
    return reply;
  });
  Outcome outcome = send(to(server.url()));
  CHECK(outcome.attempt.status == 302);
  CHECK_THAT(outcome.attempt.error, Catch::Contains("not followed"));
  CHECK(target.count() == 0);
}

TEST_CASE("an answer may ask to wait") {
  ReceiverServer server([](const http::Request&, std::size_t) {
    http::Reply reply = ReceiverServer::reply(503);
    reply.headers.emplace_back("Retry-After", "120");
    return reply;
  });
  CHECK(send(to(server.url())).retry_after == 120);
}

TEST_CASE("no more is read of an answer than needed") {
  ReceiverServer server([](const http::Request&, std::size_t) {
    http::Reply reply = ReceiverServer::reply(200);
    reply.body = std::string(8 << 20, 'x');
    return reply;
  });
  Outcome outcome = send(to(server.url()));
  CHECK(outcome.attempt.status == 200);
  CHECK(outcome.attempt.error.empty());
}

TEST_CASE("the head of an answer may not be large either") {
  ReceiverServer server([](const http::Request&, std::size_t) {
    http::Reply reply = ReceiverServer::reply(200);
    for (int i = 0; i < 100; ++i) reply.headers.emplace_back("X-Pad", std::string(1000, 'x'));
    return reply;
  });
  CHECK_FALSE(send(to(server.url())).attempt.error.empty());
}

TEST_CASE("what does not answer is given up") {
  ReceiverServer server(ReceiverServer::holds());
  Transfers::How how = kOpen;
  how.timeout = std::chrono::milliseconds(100);
  Outcome outcome = send(to(server.url()), how);
  CHECK(outcome.attempt.status == 0);
  CHECK_FALSE(outcome.attempt.error.empty());
  CHECK_FALSE(outcome.refused);
}

TEST_CASE("once the head of an answer is there, its body does not matter") {
  const bool closes = GENERATE(true, false);
  CAPTURE(closes);
  SECTION("a part of it came") {
    RawServer server("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", closes);
    Outcome outcome = send(to(server.url()), impatient());
    CHECK(outcome.attempt.status == 200);
    CHECK(outcome.attempt.error.empty());
  }
  SECTION("a chunk of it is cut") {
    RawServer server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nx", closes);
    CHECK(send(to(server.url()), impatient()).attempt.error.empty());
  }
  SECTION("its chunks are none") {
    RawServer server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n", closes);
    CHECK(send(to(server.url()), impatient()).attempt.error.empty());
  }
  SECTION("the status is what counts") {
    RawServer server("HTTP/1.1 410 Gone\r\nContent-Length: 9\r\n\r\nx", closes);
    Outcome outcome = send(to(server.url()), impatient());
    CHECK(outcome.attempt.status == 410);
    CHECK(outcome.attempt.error == "the answer was 410");
  }
}

TEST_CASE("half a head is no answer, and neither is one that another is to follow") {
  const bool closes = GENERATE(true, false);
  const std::string answer = GENERATE(as<std::string>(), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n",
                                      "HTTP/1.1 103 Early Hints\r\n\r\n");
  CAPTURE(closes, answer);
  RawServer server(answer, closes);
  Outcome outcome = send(to(server.url()), impatient());
  CHECK_FALSE(outcome.attempt.error.empty());
  CHECK_FALSE(outcome.refused);
}

TEST_CASE("what libcurl does not take is refused, and what else is on its way goes on") {
  const std::string much(9'000'000, 'x');
  ReceiverServer server;
  Message message = to(server.url());
  SECTION("a url") {
    message.url += much;
  }
  SECTION("a method") {
    message.method = much;
  }
  Outcome outcome = send(message);
  CHECK(outcome.refused);
  CHECK(outcome.attempt.status == 0);
  CHECK_THAT(outcome.attempt.error, Catch::Contains("not sent"));
  CHECK(server.count() == 0);

  Transfers transfers(kOpen);
  transfers.begin(1, message);
  transfers.begin(2, to(server.url()));
  std::size_t ended = 0;
  while (ended < 2) ended += transfers.wait(std::chrono::seconds(1)).size();
  CHECK(server.count() == 1);
}

TEST_CASE("a server that is not there is an error to be tried again") {
  std::string url;
  { url = ReceiverServer().url(); }
  Outcome outcome = send(to(url));
  CHECK_FALSE(outcome.attempt.error.empty());
  CHECK_FALSE(outcome.refused);
}

TEST_CASE("private addresses are not connected to, by number or by name", "[ssrf]") {
  ReceiverServer server;
  std::string port = ':' + std::to_string(server.port());
  std::string url = "http://" +
                    GENERATE(as<std::string>(), "127.0.0.1", "127.1", "2130706433", "localhost",
                             "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0") +
                    port + "/hook";
  CAPTURE(url);
  Outcome outcome = send(to(url), {});
  CHECK(outcome.refused);
  CHECK(outcome.attempt.status == 0);
  CHECK_THAT(outcome.attempt.error, Catch::Contains("webhooks.allow_private"));
  CHECK(server.count() == 0);
}

TEST_CASE("other protocols, and users within URLs, are refused", "[ssrf]") {
  ReceiverServer server;
  std::string url = GENERATE(as<std::string>(), "file:///etc/passwd", "gopher://127.0.0.1/x",
                             "http://user:secret@127.0.0.1/", "nonsense:", "");
  CAPTURE(url);
  Outcome outcome = send(to(url));
  CHECK(outcome.refused);
  CHECK_FALSE(outcome.attempt.error.empty());
  CHECK(outcome.attempt.error.find("secret") == std::string::npos);
}

TEST_CASE("no proxy of the environment is asked", "[ssrf]") {
  ReceiverServer proxy;
  ReceiverServer server;
  for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy"}) {
    setenv(name, proxy.url("").c_str(), 1);
  }
  Outcome outcome = send(to(server.url()));
  for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy"}) unsetenv(name);
  CHECK(outcome.attempt.status == 200);
  CHECK(proxy.count() == 0);
}

TEST_CASE("a wait ends when it is woken, before or meanwhile") {
  Transfers transfers(kOpen);
  transfers.wake();
  CHECK(transfers.wait(std::chrono::hours(1)).empty());
  std::thread other([&] { transfers.wake(); });
  CHECK(transfers.wait(std::chrono::hours(1)).empty());
  other.join();
}

}  // namespace jobledger::daemon::webhooks
