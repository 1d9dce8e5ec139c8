#include <catch2/catch.hpp>

#include "daemon/config/listen.h"

using jobledger::daemon::config::ListenAddress;
using jobledger::daemon::config::parse_listen;
using jobledger::daemon::config::to_text;

TEST_CASE("listen: addresses and names with a port are read and written back") {
  auto [text, host, port] = GENERATE(table<std::string, std::string, int>({
      {"127.0.0.1:8080", "127.0.0.1", 8080},
      {"[::1]:8080", "::1", 8080},
      {"[2001:db8::ff]:1", "2001:db8::ff", 1},
      {"localhost:0", "localhost", 0},
      {"my-host.example:65535", "my-host.example", 65535},
  }));
  auto address = parse_listen(text);
  REQUIRE(address);
  CHECK(address->host == host);
  CHECK(address->port == port);
  CHECK(to_text(*address) == text);
}

TEST_CASE("listen: loopback is what this machine alone can reach") {
  using jobledger::daemon::config::is_loopback;
  for (const char* host : {"127.0.0.1", "127.255.255.254", "localhost", "::1", "0:0:0:0:0:0:0:1",
                           "::ffff:127.0.0.1"}) {
    CAPTURE(host);
    CHECK(is_loopback({host, 1}));
  }
  for (const char* host : {"0.0.0.0", "::", "::ffff:0.0.0.0", "10.0.0.1", "128.0.0.1", "1.0.0.127",
                           "2001:db8::1", "localhost.example", "example"}) {
    CAPTURE(host);
    CHECK_FALSE(is_loopback({host, 1}));
  }
}

TEST_CASE("listen: anything else is no address") {
  auto text = GENERATE(as<std::string>{}, "", ":", "8080", ":8080", "127.0.0.1",
                       "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1",
                       "127.0.0.1: 1", "127.0.0.1:1 ", "::1:8080", "[::1]", "[::1]8080", "[]:1",
                       "[localhost]:1", "[127.0.0.1]:1", "http://a:1", "a b:1", "[::1:8080");
  CAPTURE(text);
  CHECK_FALSE(parse_listen(text));
}
