#include <catch2/catch.hpp>
#include <fstream>
#include <future>
#include <optional>

#include "daemon/http/tls_context.h"
#include "tests/support/temp_dir.h"
#include "tls_client.h"

namespace jobledger::daemon::http {
namespace {

/// A certificate in files, and the CA behind it.
class Files {
 public:
  explicit Files(const std::string& name = "first") { put(authority.issue(name)); }

  void put(const Identity& identity) {
    write("certificate", identity.certificate);
    write("key", identity.key);
  }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }
  std::string path(const std::string& name) const { return dir_.path() + '/' + name; }
  TlsFiles paths() const { return {path("certificate"), path("key"), ""}; }

  Authority authority;

 private:
  tests::TempDir dir_;
};

std::shared_ptr<TlsContext> load(const TlsFiles& files) {
  auto loaded = TlsContext::load(files);
  if (!loaded) FAIL(loaded.error().message);
  return *loaded;
}

/// A server with TLS, and clients that trust it.
struct TlsServer {
  explicit TlsServer(Limits limits = {}, int threads = 1, const Authority* clients = nullptr)
      : context(load(paths(clients))), server(limits, threads, context) {}

  TlsFiles paths(const Authority* clients) {
    TlsFiles paths = files.paths();
    if (clients) paths.client_ca = files.write("clients", clients->certificate());
    return paths;
  }
  std::unique_ptr<TlsClient> client(TlsWishes wishes = {}) const {
    wishes.ca = files.authority.certificate();
    return std::make_unique<TlsClient>(server.port(), wishes);
  }

  Files files;
  std::shared_ptr<TlsContext> context;
  TestServer server;
};

TEST_CASE("requests are answered over TLS 1.2 and 1.3", "[http][tls]") {
  TlsServer server;
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  TlsWishes wishes;
  wishes.max_version = version;
  const auto client = server.client(wishes);
  CHECK(client->version() == (version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3"));
  CHECK(client->protocol() == "http/1.1");
  CHECK(client->send(get("/a")).read().body == "GET /a ");
  CHECK(client->send(post("/b", "body")).read().body == "POST /b body");
  CHECK(server.server.handler.seen()[0].peer == "127.0.0.1");
}

TEST_CASE("TLS 1.1 is refused", "[http][tls]") {
  TlsServer server;
  TlsWishes wishes;
  wishes.max_version = TLS1_1_VERSION;
  CHECK_THROWS_WITH(server.client(wishes), Catch::Contains("alert protocol version"));
}

TEST_CASE("a client that does not offer HTTP/1.1 is refused, one that offers nothing is not",
          "[http][tls]") {
  TlsServer server;
  TlsWishes wishes;
  wishes.protocols = "h2";
  CHECK_THROWS_WITH(server.client(wishes), Catch::Contains("no application protocol"));
  wishes.protocols = "h2,http/1.1";
  CHECK(server.client(wishes)->protocol() == "http/1.1");
  wishes.protocols = "";
  CHECK(server.client(wishes)->send(get("/")).read().status == 200);
}

TEST_CASE("large bodies go over TLS both ways", "[http][tls]") {
  TlsServer server;
  server.server.handler.large = 3'000'000;
  const auto client = server.client();
  CHECK(client->send(get("/large")).read().body == std::string(3'000'000, 'x'));
  const std::string body(2'000'000, 'y');
  CHECK(client->send(post("/b", body)).read().body == "POST /b " + body);
}

TEST_CASE("many clients on several threads each get their own answers over TLS", "[http][tls]") {
  TlsServer server({}, 4);
  std::vector<std::future<int>> clients;
  for (int c = 0; c < 8; ++c) {
    clients.push_back(std::async(std::launch::async, [&server, c] {
      int right = 0;
      for (int connection = 0; connection < 5; ++connection) {
        const auto client = server.client();
        std::string bytes;  // pipelined, so that reads and writes go on at once
        for (int i = 0; i < 40; ++i) {
          bytes += post(i % 10 ? "/x" : "/thread", std::to_string(c * 1000 + i));
        }
        client->send(bytes);
        for (int i = 0; i < 40; ++i) {
          right += client->read().body == std::string("POST ") + (i % 10 ? "/x " : "/thread ") +
                                              std::to_string(c * 1000 + i);
        }
      }
      return right;
    }));
  }
  for (auto& client : clients) CHECK(client.get() == 200);
  CHECK(eventually([&] { return server.server.server.connections() == 0; }));
}

TEST_CASE("plain HTTP to the TLS port is told so", "[http][tls]") {
  TlsServer server;
  const std::string request = GENERATE(get("/"), post("/b", std::string(100'000, 'x')),
                                       std::string("PATCH / HTTP/1.1\r\nHost: t\r\n\r\n"));
  Client client(server.server.port());
  client.send(request);
  const Answer answer = client.read();
  CHECK(answer.status == 400);
  CHECK_THAT(answer.body, Catch::Contains("use https://"));
  bool reset = true;
  client.read_to_end(&reset);
  CHECK_FALSE(reset);
  CHECK(server.server.handler.seen().empty());
}

TEST_CASE("bytes that are neither TLS nor HTTP end the connection", "[http][tls]") {
  TlsServer server;
  Client client(server.server.port());
  client.send(std::string(100, '\0'));
  client.read_to_end();
  CHECK(eventually([&] { return server.server.server.connections() == 0; }));
}

TEST_CASE("a handshake that does not end in time is cut off", "[http][tls]") {
  Limits limits;
  limits.header_timeout = std::chrono::milliseconds(20);
  limits.idle_timeout = std::chrono::hours(1);
  TlsServer server(limits);
  // Nothing; the head of a record; a record that says that it is long, and a piece of it.
  const std::string begun = GENERATE(as<std::string>{}, "", "\x16", "\x16\x03\x01\x02");
  Client client(server.server.port());
  client.send(begun);
  CHECK(client.at_end());
  CHECK(eventually([&] { return server.server.server.connections() == 0; }));
}

TEST_CASE("the deadline of a handshake is none of what comes after it", "[http][tls]") {
  Limits limits;
  limits.header_timeout = std::chrono::milliseconds(500);
  TlsServer server(limits);
  const auto client = server.client();
  client->send(get("/hold"));
  Held held = server.server.handler.wait_held();
  CHECK(Client(server.server.port()).at_end());  // its own is later, and has passed
  held.respond({.status = 201, .content_type = "", .headers = {}, .body = ""});
  CHECK(client->read().status == 201);
}

TEST_CASE("the end is told over TLS, and what is sent meanwhile is still read", "[http][tls]") {
  Limits limits;
  limits.max_body_bytes = 1000;
  TlsServer server(limits);
  SECTION("after a last answer") {
    const auto client = server.client();
    CHECK(client->send(get("/", "Connection: close\r\n")).read().status == 200);
    CHECK(client->at_end());
    CHECK(client->ended_well());
  }
  SECTION("after a refusal of a body that is still being sent") {
    const auto client = server.client();
    client->send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5000000\r\n\r\n");
    CHECK(client->send(std::string(5'000'000, 'x')).read().status == 413);
    CHECK(client->at_end());
    CHECK(client->ended_well());
  }
  SECTION("when the server stops") {
    const auto client = server.client();
    CHECK(client->send(get("/")).read().status == 200);
    std::promise<void> drained;
    server.server.server.stop([&] { drained.set_value(); });
    CHECK(client->at_end());
    CHECK(client->ended_well());
    drained.get_future().get();
  }
  SECTION("the client's own end is taken for one, and what it asked for is answered") {
    const auto client = server.client();
    client->send(get("/hold"));
    Held held = server.server.handler.wait_held();
    client->finish_sending();
    CHECK(eventually([&] { return held.gone(); }));
    held.respond({.status = 201, .content_type = "", .headers = {}, .body = ""});
    CHECK(client->read().status == 201);
  }
}

/// Gives one piece, and then no more though there should be.
class CutSource final : public BodySource {
 public:
  void next(Take take) override {
    const bool first = !std::exchange(asked_, true);
    take({first ? "piece" : "", first ? BodyPiece::Then::more : BodyPiece::Then::cut});
  }
  bool endless() const override { return false; }

 private:
  bool asked_ = false;
};

TEST_CASE("a body that is cut off does not end like a whole one", "[http][tls]") {
  TlsServer server;
  const auto client = server.client();
  client->send("GET /hold HTTP/1.0\r\n\r\n");
  Reply reply;
  reply.source = std::make_shared<CutSource>();
  server.server.handler.wait_held().respond(std::move(reply));
  client->read_to_end();
  CHECK_FALSE(client->ended_well());
}

TEST_CASE("connections beyond the limit are told so over TLS", "[http][tls]") {
  Limits limits;
  limits.max_connections = 1;
  TlsServer server(limits);
  const auto first = server.client();
  first->send(get("/hold"));  // an idle one would make room
  const Held held = server.server.handler.wait_held();
  const auto second = server.client();
  CHECK(second->read().status == 503);
  CHECK(second->at_end());
  CHECK(second->ended_well());
  Client plain(server.server.port());
  CHECK(plain.send(get("/")).read().status == 503);
}

TEST_CASE("a server stops though clients have not shaken hands", "[http][tls]") {
  TlsServer server;
  Client silent(server.server.port());
  Client begun(server.server.port());
  begun.send("\x16\x03");
  CHECK(eventually([&] { return server.server.server.connections() == 2; }));
  std::promise<void> drained;
  server.server.server.stop([&] { drained.set_value(); });
  drained.get_future().get();
  CHECK(silent.at_end());
}

TEST_CASE("clients must show a certificate of the CA that was named", "[http][tls]") {
  Authority clients;
  Authority others;
  TlsServer server({}, 1, &clients);
  TlsWishes wishes;
  wishes.max_version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  // In TLS 1.3 the client takes the handshake for done before it is judged.
  auto is_refused = [&] {
    try {
      return server.client(wishes)->send(get("/")).read().status == 0;
    } catch (const std::runtime_error&) {
      return true;
    }
  };
  SECTION("none") {
    CHECK(is_refused());
  }
  SECTION("one of another CA") {
    wishes.identity = others.issue("client");
    CHECK(is_refused());
  }
  SECTION("one that has expired") {
    wishes.identity = clients.issue("client", -1);
    CHECK(is_refused());
  }
  SECTION("the right one, and its session may be resumed") {
    wishes.identity = clients.issue("client");
    const auto client = server.client(wishes);
    CHECK(client->send(get("/")).read().status == 200);
    std::unique_ptr<SSL_SESSION, void (*)(SSL_SESSION*)> session(client->session(),
                                                                 SSL_SESSION_free);
    wishes.session = session.get();
    const auto next = server.client(wishes);
    CHECK(next->resumed());
    CHECK(next->send(get("/")).read().status == 200);
  }
}

TEST_CASE("a server whose CA is another is not trusted", "[http][tls]") {
  TlsServer server;
  TlsWishes wishes;
  wishes.ca = Authority().certificate();
  CHECK_THROWS_WITH(TlsClient(server.server.port(), wishes),
                    Catch::Contains("certificate verify failed"));
  CHECK(eventually([&] { return server.server.server.connections() == 0; }));
}

TEST_CASE("a certificate is changed for connections that come, not for those there are",
          "[http][tls]") {
  TlsServer server;
  const auto before = server.client();
  CHECK(before->send(get("/")).read().status == 200);
  server.files.put(server.files.authority.issue("second"));
  REQUIRE(server.context->reload());
  const auto after = server.client();
  CHECK(after->server_name() == "second");
  CHECK(before->server_name() == "first");
  CHECK(before->send(get("/")).read().status == 200);
  CHECK(after->send(get("/")).read().status == 200);

  server.files.write("key", "nothing");
  CHECK_FALSE(server.context->reload());
  CHECK(server.client()->server_name() == "second");
}

TEST_CASE("files that are no certificate with its key are told apart", "[http][tls]") {
  Files files;
  const Identity other = files.authority.issue("other");
  TlsFiles paths = files.paths();
  std::string expected;
  SECTION("no certificate") {
    paths.certificate += ".not";
    expected = paths.certificate + " cannot be read: No such file or directory";
  }
  SECTION("no key") {
    paths.key += ".not";
    expected = paths.key + " cannot be read: No such file or directory";
  }
  SECTION("no CA of clients") {
    paths.client_ca = files.path("clients");
    expected = paths.client_ca + " cannot be read: No such file or directory";
  }
  SECTION("a certificate that is none") {
    files.write("certificate", "nothing");
    expected = paths.certificate + " is no certificate as PEM";
  }
  SECTION("a key that is none") {
    files.write("key", "nothing");
    expected = paths.key + " is no key of the certificate";
  }
  SECTION("the key of another certificate") {
    files.write("key", other.key);
    expected = "key values mismatch";
  }
  SECTION("a key with a passphrase, for which nobody is asked") {
    files.write("key", locked(other.key));
    expected = "without a passphrase";
  }
  SECTION("CAs of clients that are none") {
    paths.client_ca = files.write("clients", "nothing");
    expected = paths.client_ca + " holds no certificates";
  }
  const auto loaded = TlsContext::load(paths);
  REQUIRE_FALSE(loaded);
  CHECK_THAT(loaded.error().message, Catch::Contains(expected));
}

}  // namespace
}  // namespace jobledger::daemon::http
