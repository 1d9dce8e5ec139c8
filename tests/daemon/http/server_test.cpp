#include <sys/resource.h>

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <future>

#include "http_fixture.h"

namespace jobledger::daemon::http {
namespace {

TEST_CASE("a request is answered, and the connection kept", "[http]") {
  TestServer server;
  Client client(server.port());
  const Answer first = client.send(get("/a%20b?x=1", "X-Id: 7\r\n")).read();
  CHECK(first.status == 200);
  CHECK(first.head.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(first.body == "GET /a b ");
  CHECK(first.header("Content-Type") == "text/plain");
  CHECK(first.header("Connection").empty());
  CHECK(first.header("Date").size() == std::string("Sun, 06 Nov 1994 08:49:37 GMT").size());
  CHECK(client.send(post("/b", "body")).read().body == "POST /b body");
  const Request seen = server.handler.seen().front();
  CHECK(seen.target == "/a%20b?x=1");
  CHECK(seen.parameter("x") == "1");
  CHECK(seen.header("x-id") == "7");
  CHECK(seen.peer == "127.0.0.1");
}

TEST_CASE("one byte at a time is as good as all at once", "[http]") {
  TestServer server;
  Client client(server.port());
  for (const char c : post("/slow", "abc")) client.send({&c, 1});
  for (const char c : std::string("POST /chunks HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: "
                                  "chunked\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n")) {
    client.send({&c, 1});
  }
  CHECK(client.read().body == "POST /slow abc");
  CHECK(client.read().body == "POST /chunks def");
}

TEST_CASE("pipelined requests are answered in order, one in work at a time", "[http]") {
  TestServer server({}, 3);
  Client client(server.port());
  std::string bytes;
  for (int i = 0; i < 3000; ++i) bytes += get(i % 50 ? "/n/" + std::to_string(i) : "/thread");
  std::thread sender([&] { client.send(bytes); });
  int right = 0;
  for (int i = 0; i < 3000; ++i) {
    right += client.read().body ==
             "GET " + (i % 50 ? "/n/" + std::to_string(i) : std::string("/thread")) + " ";
  }
  sender.join();
  CHECK(right == 3000);

  client.send(get("/hold") + get("/after"));
  Held held = server.handler.wait_held();
  CHECK(server.handler.seen().back().path == "/hold");
  held.respond({.status = 201, .content_type = "", .headers = {{"X-A", "b"}}, .body = ""});
  const Answer answer = client.read();
  CHECK(answer.status == 201);
  CHECK(answer.header("X-A") == "b");
  CHECK(client.read().body == "GET /after ");
}

TEST_CASE("many clients on several threads each get their own answers", "[http]") {
  TestServer server({}, 4);
  std::vector<std::future<int>> clients;
  for (int c = 0; c < 8; ++c) {
    clients.push_back(std::async(std::launch::async, [&server, c] {
      Client client(server.port());
      int right = 0;
      for (int i = 0; i < 200; ++i) {
        const std::string body = std::to_string(c) + "-" + std::to_string(i);
        const std::string path = i % 10 ? "/x" : "/thread";
        right += client.send(post(path, body)).read().body == "POST " + path + " " + body;
      }
      return right;
    }));
  }
  for (auto& client : clients) CHECK(client.get() == 200);
  CHECK(eventually([&] { return server.server.connections() == 0; }));
}

TEST_CASE("the connection is kept or closed as the client says", "[http]") {
  TestServer server;
  struct Row {
    std::string request, connection;
    bool kept;
  };
  const Row rows[] = {
      {get("/"), "", true},
      {get("/", "Connection: close\r\n"), "close", false},
      {"GET / HTTP/1.0\r\n\r\n", "close", false},
      {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "keep-alive", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.request);
    Client client(server.port());
    const Answer answer = client.send(row.request).read();
    CHECK(answer.status == 200);
    CHECK(answer.header("Connection") == row.connection);
    if (row.kept) {
      CHECK(client.send(get("/")).read().status == 200);
    } else {
      CHECK(client.at_end());
    }
  }
}

TEST_CASE("HEAD is a GET without the body", "[http]") {
  TestServer server;
  Client client(server.port());
  const Answer head = client.send("HEAD /abc HTTP/1.1\r\nHost: t\r\n\r\n").read(true);
  CHECK(head.header("Content-Length") == "9");
  CHECK(client.send(get("/abc")).read().body.size() == 9);
  CHECK(server.handler.seen().front().method == "GET");
}

TEST_CASE("204 has neither length nor type", "[http]") {
  TestServer server;
  Client client(server.port());
  const Answer none = client.send(get("/none")).read();
  CHECK(none.status == 204);
  CHECK(none.head.find("Content-") == std::string::npos);
  CHECK(client.send(get("/")).read().status == 200);
}

TEST_CASE("a client that expects 100 Continue gets it before it sends the body", "[http]") {
  TestServer server;
  Client client(server.port());
  client.send("POST /e HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  CHECK(client.read().status == 100);
  CHECK(client.send("body").read().body == "POST /e body");
  Limits small;
  small.max_body_bytes = 3;
  TestServer strict(small);
  Client large(strict.port());
  large.send("POST /e HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  CHECK(large.read().status == 413);
}

TEST_CASE("a refused request is answered by the handler's words, then closed", "[http]") {
  Limits limits;
  limits.max_header_bytes = 4096;
  limits.max_body_bytes = 1000;
  TestServer server(limits);
  const std::string to_post = "POST / HTTP/1.1\r\nHost: t\r\n";
  const std::pair<std::string, int> rows[] = {
      {to_post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {to_post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
      {to_post + "Transfer-Encoding: br\r\n\r\n", 501},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/3.0\r\nHost: t\r\n\r\n", 505},
      {get("/%"), 400},
      {get("/", "A: " + std::string(5000, 'x') + "\r\n"), 431},
      {post("/", std::string(1001, 'x')), 413},
  };
  for (const auto& [request, status] : rows) {
    CAPTURE(request.substr(0, 200));
    Client client(server.port());
    const Answer answer = client.send(request + get("/smuggled")).read();
    CHECK(answer.status == status);
    CHECK(answer.header("Connection") == "close");
    CHECK_FALSE(answer.body.empty());
    bool reset = true;
    client.finish_sending();
    CHECK(client.read_to_end(&reset).empty());
    CHECK_FALSE(reset);
  }
  CHECK(server.handler.seen().empty());
}

TEST_CASE("the answer to a too large body can be read after all of it was sent", "[http]") {
  Limits limits;
  limits.max_body_bytes = 1000;
  TestServer server(limits);
  Client client(server.port());
  client.send(post("/", std::string(8'000'000, 'x')));
  CHECK(client.read().status == 413);
  client.finish_sending();
  bool reset = true;
  CHECK(client.read_to_end(&reset).empty());
  CHECK_FALSE(reset);
}

TEST_CASE("what is thrown away after a last answer is bounded", "[http]") {
  Limits limits;
  limits.max_body_bytes = 1000;
  limits.max_drain_bytes = 100'000;
  TestServer server(limits);
  Client client(server.port());
  CHECK_FALSE(client.try_send(post("/", std::string(64'000'000, 'x'))));
}

TEST_CASE("a large body and a large answer go through whole", "[http]") {
  TestServer server;
  Client client(server.port());
  std::string body(10'000'000, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 31 + i / 255);
  std::thread sender([&] { client.send(post("/e", body)); });
  const Answer answer = client.read();
  sender.join();
  CHECK((answer.body == "POST /e " + body));
  CHECK(client.send(get("/e")).read().status == 200);
}

TEST_CASE("a client that says nothing, or nothing more, is closed without a word", "[http]") {
  Limits limits;
  limits.idle_timeout = std::chrono::milliseconds(30);
  TestServer server(limits, 0);
  Client silent(server.port());
  Client kept(server.port());
  kept.send(get("/"));
  server.run(1);
  CHECK(silent.at_end());
  CHECK(kept.read().status == 200);
  CHECK(kept.at_end());
}

TEST_CASE("half a request gets 408", "[http]") {
  Limits limits;
  limits.header_timeout = limits.body_timeout = std::chrono::milliseconds(30);
  TestServer server(limits);
  const std::string to_post = "POST / HTTP/1.1\r\nHost: t\r\n";
  for (const std::string& half :
       {std::string("GET / HT"), to_post, to_post + "Content-Length: 2\r\n\r\na",
        to_post + "Transfer-Encoding: chunked\r\n\r\n0\r\n"}) {
    CAPTURE(half);
    Client client(server.port());
    CHECK(client.send(half).read().status == 408);
    CHECK(client.at_end());
  }
}

TEST_CASE("no timeout touches a request in work", "[http]") {
  Limits limits;
  limits.idle_timeout = limits.header_timeout = std::chrono::milliseconds(10);
  TestServer server(limits, 0);
  Client client(server.port());
  client.send(get("/hold"));
  server.run(1);
  Held held = server.handler.wait_held();
  Client other(server.port());
  CHECK(other.at_end());  // its timer started later than that of the first
  CHECK_FALSE(held.gone());
  held.respond({});
  CHECK(client.read().status == 200);
}

TEST_CASE("a client that does not read its answer is cut off", "[http]") {
  Limits limits;
  limits.write_timeout = std::chrono::milliseconds(30);
  TestServer server(limits);
  server.handler.large = 50'000'000;
  Client client(server.port());
  client.send(get("/large"));
  CHECK(eventually([&] { return server.handler.seen().size() == 1; }));
  CHECK(eventually([&] { return server.server.connections() == 0; }));
}

TEST_CASE("a hang-up is seen while the request is in work", "[http]") {
  TestServer server;
  Client client(server.port());
  client.send(get("/hold") + "GET /next HT");
  Held held = server.handler.wait_held();
  CHECK_FALSE(held.gone());
  client.close();
  CHECK(eventually(held.gone));
  held.respond({});
  CHECK(eventually([&] { return server.server.connections() == 0; }));
}

TEST_CASE("a client that only closed its side still gets its answers", "[http]") {
  TestServer server;
  Client client(server.port());
  client.send(get("/hold") + get("/after")).finish_sending();
  Held held = server.handler.wait_held();
  CHECK(eventually(held.gone));
  held.respond({});
  CHECK(client.read().status == 200);
  CHECK(client.read().body == "GET /after ");
  CHECK(client.at_end());
}

TEST_CASE("a handler that throws, or forges a header, gives 500", "[http]") {
  TestServer server;
  Client throws(server.port());
  CHECK(throws.send(get("/throw")).read().status == 500);
  CHECK(throws.at_end());
  Client forges(server.port());
  const Answer answer = forges.send(get("/split")).read();
  CHECK(answer.status == 500);
  CHECK(answer.header("X-Forged").empty());
}

TEST_CASE("connections beyond the limit get 503, and there is room again later", "[http]") {
  Limits limits;
  limits.max_connections = 2;
  TestServer server(limits);
  auto first = std::make_unique<Client>(server.port());
  first->send(get("/hold"));
  const Held held = server.handler.wait_held();
  Client second(server.port());
  second.send(get("/hold"));
  const Held other = server.handler.wait_held();
  {
    Client third(server.port());
    const Answer answer = third.read();
    CHECK(answer.status == 503);
    CHECK(answer.header("Retry-After") == "1");
    CHECK(third.at_end());
  }
  CHECK(eventually([&] { return server.server.connections() == 2; }));
  held.respond({});
  CHECK(first->read().status == 200);
  first.reset();
  CHECK(eventually([&] { return server.server.connections() == 1; }));
  Client fourth(server.port());
  CHECK(fourth.send(get("/")).read().status == 200);
}

TEST_CASE("at the limit the connections that are idle longest make room", "[http]") {
  Limits limits;
  limits.max_connections = 3;
  TestServer server(limits);
  Client idle(server.port());
  CHECK(idle.send(get("/")).read().status == 200);
  Client silent(server.port());
  Client busy(server.port());
  busy.send(get("/hold"));
  const Held held = server.handler.wait_held();
  // Not at once: each may come back with its next request.
  CHECK(eventually([&] {
    Client next(server.port());
    return next.try_send(get("/")) && next.read().status == 200;
  }));
  CHECK(idle.at_end());
  CHECK(silent.at_end());
  held.respond({});
  CHECK(busy.read().status == 200);
}

TEST_CASE("stop closes what is idle, and waits for what is in work", "[http]") {
  TestServer server({}, 2);
  Client idle(server.port());
  CHECK(idle.send(get("/")).read().status == 200);
  Client busy(server.port());
  busy.send(get("/hold") + get("/too-late"));
  Held held = server.handler.wait_held();
  Client reading(server.port());
  reading.send("POST /r HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
  CHECK(reading.read().status == 100);

  std::promise<void> drained;
  auto waiting = drained.get_future();
  server.server.stop([&] { drained.set_value(); });
  CHECK(idle.at_end());
  CHECK_THROWS(Client(server.port()));
  CHECK(waiting.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
  held.respond({});
  const Answer last = busy.read();
  CHECK(last.status == 200);
  CHECK(last.header("Connection") == "close");
  CHECK(busy.at_end());
  CHECK(reading.send("x").read().header("Connection") == "close");
  busy.close();
  reading.close();
  CHECK(waiting.wait_for(std::chrono::seconds(60)) == std::future_status::ready);
}

TEST_CASE("stop without connections drains at once", "[http]") {
  boost::asio::io_context io;
  TestHandler handler;
  Server server(io, handler, {});
  REQUIRE(server.listen("127.0.0.1", 0));
  int drained = 0;
  server.stop([&] { ++drained; });
  io.run();
  CHECK(drained == 1);
}

TEST_CASE("addresses that can be listened on", "[http]") {
  boost::asio::io_context io;
  TestHandler handler;
  Server server(io, handler, {});
  const auto port = server.listen("localhost", 0);
  REQUIRE(port);
  CHECK(*port != 0);
  const auto taken = server.listen("127.0.0.1", *port);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().message.find("127.0.0.1 port " + std::to_string(*port)) == 17);
  CHECK_FALSE(server.listen("example.org", 0));
  CHECK_FALSE(server.listen("", 0));
}

TEST_CASE("IPv6 is served, and IPv4 under it by its own name", "[http]") {
  TestServer server;
  const auto port = server.server.listen("::", 0);
  if (!port) {
    WARN("this machine has no IPv6: " + port.error().message);
    return;
  }
  Client six(*port, "::1");
  CHECK(six.send(get("/six")).read().status == 200);
  Client four(*port);
  CHECK(four.send(get("/four")).read().status == 200);
  CHECK(server.handler.seen()[0].peer == "::1");
  CHECK(server.handler.seen()[1].peer == "127.0.0.1");
}

TEST_CASE("connections that have come together are accepted together", "[http]") {
  boost::asio::io_context io;
  TestHandler handler;
  Server server(io, handler, Limits{});
  const auto port = server.listen("127.0.0.1", 0);
  REQUIRE(port);
  io.poll();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 20; ++i) clients.push_back(std::make_unique<Client>(*port));
  while (server.connections() == 0) io.run_one();
  CHECK(server.connections() == 20);
}

/// Lets `run` happen while the process can open nothing.
void without_descriptors(const std::function<void()>& run) {
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  rlimit none = before;
  none.rlim_cur = 0;
  setrlimit(RLIMIT_NOFILE, &none);
  run();
  setrlimit(RLIMIT_NOFILE, &before);
}

TEST_CASE("out of file descriptors, the server waits and goes on", "[http]") {
  boost::asio::io_context io;
  TestHandler handler;
  Limits limits;
  limits.accept_pause = std::chrono::milliseconds(1);
  Server server(io, handler, limits);
  const auto port = server.listen("127.0.0.1", 0);
  REQUIRE(port);
  io.poll();
  Client client(*port);
  client.send(get("/"));
  without_descriptors([&] {
    for (int i = 0; i < 3; ++i) io.run_one();  // accept fails, pause, accept fails again
  });
  CHECK(server.connections() == 0);
  while (handler.seen().empty()) io.run_one();
  io.poll();
  CHECK(client.read().status == 200);
}

TEST_CASE("while it waits for file descriptors the server does not try all the time", "[http]") {
  boost::asio::io_context io;
  TestHandler handler;
  Limits limits;
  limits.accept_pause = std::chrono::hours(1);
  Server server(io, handler, limits);
  const auto port = server.listen("127.0.0.1", 0);
  REQUIRE(port);
  io.poll();
  Client client(*port);
  without_descriptors([&] { io.run_one(); });
  for (int i = 0; i < 100; ++i) io.poll();
  CHECK(server.connections() == 0);
  int drained = 0;
  server.stop([&] { ++drained; });
  io.run();
  CHECK(drained == 1);
}

TEST_CASE("an io_context may go while connections and requests are open", "[http]") {
  TestHandler handler;
  auto io = std::make_unique<boost::asio::io_context>();
  auto server = std::make_unique<Server>(*io, handler, Limits{});
  const auto port = server->listen("127.0.0.1", 0);
  REQUIRE(port);
  Client idle(*port);
  Client busy(*port);
  busy.send(get("/hold"));
  while (handler.seen().empty()) io->run_one();
  handler.wait_held();
  server.reset();
  io.reset();
  CHECK(idle.at_end());
}

}  // namespace
}  // namespace jobledger::daemon::http
