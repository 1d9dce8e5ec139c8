#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <future>
#include <optional>

#include "http_fixture.h"

namespace jobledger::daemon::http {
namespace {

using Then = BodyPiece::Then;

/// A source whose pieces the test gives, when it likes and from its own thread.
class HeldSource final : public BodySource {
 public:
  HeldSource(bool endless, std::atomic<bool>& let_go) : endless_(endless), let_go_(let_go) {}
  ~HeldSource() override { let_go_ = true; }

  void next(Take take) override {
    const std::lock_guard lock(mutex_);
    take_ = std::move(take);
    ++asked_;
  }
  bool endless() const override { return endless_; }

  int asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  /// Never gives what it was asked for.
  void forget() {
    Take forgotten;
    const std::lock_guard lock(mutex_);
    forgotten = std::exchange(take_, nullptr);
  }
  void give(std::string bytes, Then then = Then::more) {
    REQUIRE(eventually([this] { return has_take(); }));
    Take take;
    {
      const std::lock_guard lock(mutex_);
      take = std::exchange(take_, nullptr);
    }
    take({std::move(bytes), then});
  }

 private:
  bool has_take() const {
    const std::lock_guard lock(mutex_);
    return take_ != nullptr;
  }

  mutable std::mutex mutex_;
  const bool endless_;
  std::atomic<bool>& let_go_;
  Take take_;
  int asked_ = 0;
};

Reply reply_of(std::shared_ptr<BodySource> source) {
  Reply reply;
  reply.content_type = "text/plain";
  reply.source = std::move(source);
  return reply;
}

/// A server with one client whose request is being answered by a source.
struct Streaming {
  explicit Streaming(const std::string& request, bool endless = false, Limits limits = {})
      : server(limits), client(server.port()) {
    client.send(request);
    Held held = server.handler.wait_held();
    auto source = std::make_shared<HeldSource>(endless, let_go);
    give = source;
    held.respond(reply_of(source));
  }

  /// A source that was asked holds the connection that holds it.
  ~Streaming() {
    if (auto kept = give.lock()) kept->forget();
  }

  /// The source, while the connection keeps it.
  std::shared_ptr<HeldSource> source() const {
    auto kept = give.lock();
    REQUIRE(kept);
    return kept;
  }

  std::atomic<bool> let_go = false;
  TestServer server;
  Client client;
  std::weak_ptr<HeldSource> give;
};

TEST_CASE("a body comes in chunks as it is made, and the connection is kept", "[http][stream]") {
  Streaming stream(get("/hold"));
  const Answer head = stream.client.read(true);
  CHECK(head.status == 200);
  CHECK(head.header("Transfer-Encoding") == "chunked");
  CHECK(head.header("Content-Type") == "text/plain");
  CHECK(head.header("Content-Length").empty());
  CHECK(head.header("Connection").empty());
  stream.source()->give("hello");
  CHECK(stream.client.read_bytes(10) == "5\r\nhello\r\n");
  stream.source()->give(std::string(300, 'x'));
  CHECK(stream.client.read_bytes(307) == "12c\r\n" + std::string(300, 'x') + "\r\n");
  stream.source()->give("end", Then::end);
  CHECK(stream.client.read_bytes(13) == "3\r\nend\r\n0\r\n\r\n");
  CHECK(eventually([&] { return stream.let_go.load(); }));
  CHECK(stream.client.send(get("/next")).read().body == "GET /next ");
}

TEST_CASE("a body may end with nothing more", "[http][stream]") {
  Streaming stream(get("/hold"));
  stream.client.read(true);
  stream.source()->give("", Then::end);
  CHECK(stream.client.read_bytes(5) == "0\r\n\r\n");
  CHECK(stream.client.send(get("/next")).read().status == 200);
}

TEST_CASE("requests sent behind a streamed answer wait for its end", "[http][stream]") {
  Streaming stream(get("/hold") + get("/next"));
  stream.client.read(true);
  stream.source()->give("a");
  stream.source()->give("b", Then::end);
  CHECK(stream.client.read_bytes(17) == "1\r\na\r\n1\r\nb\r\n0\r\n\r\n");
  CHECK(stream.client.read().body == "GET /next ");
}

TEST_CASE("for HTTP/1.0 the end of the connection is the end of the body", "[http][stream]") {
  Streaming stream("GET /hold HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const Answer head = stream.client.read(true);
  CHECK(head.header("Transfer-Encoding").empty());
  CHECK(head.header("Connection") == "close");
  stream.source()->give("one ");
  stream.source()->give("two", Then::end);
  bool reset = true;
  CHECK(stream.client.read_to_end(&reset) == "one two");
  CHECK_FALSE(reset);
}

TEST_CASE("HEAD of a streamed answer gives its head and asks for no piece", "[http][stream]") {
  Streaming stream("HEAD /hold HTTP/1.1\r\nHost: t\r\n\r\n");
  CHECK(stream.client.read(true).header("Transfer-Encoding") == "chunked");
  CHECK(eventually([&] { return stream.let_go.load(); }));
  CHECK(stream.client.send(get("/next")).read().body == "GET /next ");
}

TEST_CASE("a body that fails in the middle is seen not to be whole", "[http][stream]") {
  Streaming chunked(get("/hold"));
  chunked.client.read(true);
  chunked.source()->give("part");
  chunked.source()->give("", Then::cut);
  CHECK(chunked.client.read_to_end() == "4\r\npart\r\n");
  CHECK(eventually([&] { return chunked.let_go.load(); }));

  Streaming plain("GET /hold HTTP/1.0\r\n\r\n");
  plain.client.read(true);
  plain.source()->give("part");
  CHECK(plain.client.read_bytes(4) == "part");
  plain.source()->give("", Then::cut);
  bool reset = false;
  plain.client.read_to_end(&reset);
  CHECK(reset);
}

TEST_CASE("a body without chunks that nobody reads on is seen not to be whole", "[http][stream]") {
  Limits limits;
  limits.write_timeout = std::chrono::milliseconds(50);
  Streaming stream("GET /hold HTTP/1.0\r\n\r\n", false, limits);
  stream.client.read(true);
  // More than the kernel buffers for a client that does not read.
  stream.source()->give(std::string(64 << 20, 'x'));
  REQUIRE(eventually([&] { return stream.let_go.load(); }));
  bool reset = false;
  CHECK(stream.client.read_to_end(&reset).size() < (64U << 20));
  CHECK(reset);
}

TEST_CASE("a source that throws cuts its own answer off, and no other", "[http][stream]") {
  struct Broken final : BodySource {
    void next(Take) override { throw std::runtime_error("a bug"); }
    bool endless() const override { return true; }
  };
  TestServer server;
  Client client(server.port());
  client.send(get("/hold"));
  server.handler.wait_held().respond(reply_of(std::make_shared<Broken>()));
  CHECK(client.read(true).status == 200);
  CHECK(client.at_end());
  CHECK(Client(server.port()).send(get("/")).read().status == 200);
}

TEST_CASE("the next piece is asked for when the last one is written", "[http][stream]") {
  Streaming stream(get("/hold"));
  stream.client.read(true);
  const std::string large(32 << 20, 'x');  // more than the kernel takes for a client that waits
  stream.source()->give(large);
  CHECK(Client(stream.server.port()).send(get("/")).read().status == 200);
  CHECK(stream.source()->asked() == 1);
  stream.client.read_bytes(large.size());
  CHECK(eventually([&] { return stream.source()->asked() == 2; }));
}

TEST_CASE("a client that does not read is cut off after a while", "[http][stream]") {
  Limits limits;
  limits.write_timeout = std::chrono::milliseconds(50);
  Streaming stream(get("/hold"), true, limits);
  stream.source()->give(std::string(32 << 20, 'x'));
  CHECK(eventually([&] { return stream.let_go.load(); }));
  CHECK(eventually([&] { return stream.server.server.connections() == 0; }));
}

TEST_CASE("a stream without anything to say is no idle connection", "[http][stream]") {
  Limits limits;
  limits.idle_timeout = limits.write_timeout = std::chrono::milliseconds(20);
  Streaming stream(get("/hold"), true, limits);
  stream.client.read(true);
  Client idle(stream.server.port());
  CHECK(idle.at_end());  // so the time is up for who has nothing to wait for
  stream.source()->give("still here");
  CHECK(stream.client.read_bytes(15) == "a\r\nstill here\r\n");
}

TEST_CASE("a hang-up is noticed while nothing is sent", "[http][stream]") {
  Streaming stream(get("/hold"), true);
  stream.client.read(true);
  stream.client.close();
  CHECK(eventually([&] { return stream.let_go.load(); }));
  CHECK(eventually([&] { return stream.server.server.connections() == 0; }));
}

TEST_CASE("who sends no more still gets a body that has an end", "[http][stream]") {
  Streaming stream(get("/hold"));
  stream.client.read(true);
  stream.client.finish_sending();
  stream.source()->give("all", Then::end);
  CHECK(stream.client.read_to_end() == "3\r\nall\r\n0\r\n\r\n");
}

TEST_CASE("a piece that comes when the client has gone is thrown away", "[http][stream]") {
  Streaming stream(get("/hold"), true);
  stream.client.read(true);
  {
    auto source = stream.source();
    REQUIRE(eventually([&] { return source->asked() == 1; }));
    stream.client.close();
    CHECK(eventually([&] { return stream.server.server.connections() == 0; }));
    source->give("late");
  }
  CHECK(eventually([&] { return stream.let_go.load(); }));
}

TEST_CASE("a server that stops ends an endless body and cuts any other", "[http][stream]") {
  for (const bool endless : {true, false}) {
    CAPTURE(endless);
    Streaming stream(get("/hold"), endless);
    stream.client.read(true);
    stream.source()->give("a");
    CHECK(stream.client.read_bytes(6) == "1\r\na\r\n");
    std::promise<void> drained;
    stream.server.server.stop([&] { drained.set_value(); });
    CHECK(stream.client.read_to_end() == (endless ? "0\r\n\r\n" : ""));
    stream.client.close();
    CHECK(drained.get_future().wait_for(std::chrono::seconds(60)) == std::future_status::ready);
    CHECK(eventually([&] { return stream.let_go.load(); }));
  }
}

TEST_CASE("a server that stops does not wait for who does not read", "[http][stream]") {
  Limits limits;
  limits.write_timeout = std::chrono::hours(1);
  limits.drain_timeout = std::chrono::milliseconds(20);
  Streaming stream(get("/hold"), true, limits);
  stream.client.read(true);
  stream.source()->give(std::string(32 << 20, 'x'));
  std::promise<void> drained;
  stream.server.server.stop([&] { drained.set_value(); });
  CHECK(drained.get_future().wait_for(std::chrono::seconds(60)) == std::future_status::ready);
}

TEST_CASE("an answer has one body at most", "[http][stream]") {
  std::atomic<bool> let_go = false;
  auto source = std::make_shared<HeldSource>(false, let_go);
  TestServer server;
  Client client(server.port());
  Reply two = reply_of(source);
  two.body = "x";
  Reply none = reply_of(source);
  none.status = 204;
  for (const Reply& wrong : {two, none}) {
    client.send(get("/hold"));
    server.handler.wait_held().respond(wrong);
    CHECK(client.read().status == 500);
  }
}

}  // namespace
}  // namespace jobledger::daemon::http
