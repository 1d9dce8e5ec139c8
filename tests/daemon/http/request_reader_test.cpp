#include <catch2/catch.hpp>
#include <cstdlib>
#include <random>

#include "daemon/http/request_reader.h"

namespace jobledger::daemon::http {
namespace {

const std::string kHead = "POST /a HTTP/1.1\r\nHost: h\r\n";

/// What came of bytes: the requests, then the refusal or how far the last one has come.
std::string outcome(const std::string& bytes, const Limits& limits, std::size_t step) {
  RequestReader reader(limits);
  std::string pending, out;
  for (std::size_t at = 0; at < bytes.size() && reader.phase() != ReadPhase::refused; at += step) {
    pending += bytes.substr(at, step);
    for (bool more = true; more;) {
      pending.erase(0, reader.feed(pending));
      more = reader.phase() == ReadPhase::complete;
      if (!more) break;
      const bool keep = reader.keep_alive();
      const Request request = reader.take();
      out += request.method + " " + request.path + (keep ? " keep [" : " close [");
      for (const auto& [name, value] : request.headers) out += name + "=" + value + ";";
      out += "] " + request.body + "\n";
      reader.reset();
    }
  }
  if (reader.phase() == ReadPhase::refused) return out + std::to_string(reader.refused_status());
  return out + (reader.phase() == ReadPhase::nothing ? "" : "incomplete");
}

TEST_CASE("what two readers could frame differently is refused", "[http]") {
  struct Row {
    const char* what;
    std::string bytes;
    std::string status;
  };
  const Row rows[] = {
      {"length, then coding", kHead + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
       "400"},
      {"coding, then length", kHead + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
       "400"},
      {"other coding, then length", kHead + "Transfer-Encoding: x\r\nContent-Length: 3\r\n\r\n",
       "400"},
      {"two lengths", kHead + "Content-Length: 3\r\nContent-Length: 4\r\n\r\n", "400"},
      {"two lengths in one", kHead + "Content-Length: 3, 4\r\n\r\n", "400"},
      {"signed length", kHead + "Content-Length: +3\r\n\r\n", "400"},
      {"negative length", kHead + "Content-Length: -3\r\n\r\n", "400"},
      {"length that is none", kHead + "Content-Length: 0x3\r\n\r\n", "400"},
      {"length too long", kHead + "Content-Length: 99999999999999999999999\r\n\r\n", "400"},
      {"chunked twice", kHead + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
       "400"},
      {"unknown coding", kHead + "Transfer-Encoding: gzip\r\n\r\n", "501"},
      {"coding before chunked", kHead + "Transfer-Encoding: gzip, chunked\r\n\r\n", "501"},
      {"coding after chunked", kHead + "Transfer-Encoding: chunked, gzip\r\n\r\n", "501"},
      {"coding in two headers",
       kHead + "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n", "501"},
      {"hidden coding", kHead + "Transfer-Encoding: xchunked\r\n\r\n", "501"},
      {"coding in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "400"},
      {"space before colon", kHead + "Content-Length : 3\r\n\r\n", "400"},
      {"bad header name", kHead + "a(b): 3\r\n\r\n", "400"},
      {"no header name", kHead + ": 3\r\n\r\n", "400"},
      {"bare LF in headers", kHead + "a: 1\nb: 2\r\n\r\n", "400"},
      {"bare CR in headers", kHead + "a: 1\rb: 2\r\n\r\n", "400"},
      {"a header in two lines", kHead + "a: 1\r\n b: 2\r\n\r\n", "400"},
      {"a header in two lines with a tab", kHead + "a: 1\r\n\tb: 2\r\n\r\n", "400"},
      {"a length in two lines", kHead + "Content-Length:\r\n 3\r\n\r\nabc", "400"},
      {"a first header in two lines", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", "400"},
      {"NUL in a value", kHead + std::string("a: 1\0002\r\n\r\n", 10), "400"},
      {"no Host", "GET / HTTP/1.1\r\n\r\n", "400"},
      {"two Hosts", kHead + "Host: i\r\n\r\n", "400"},
      {"newer version", "GET / HTTP/2.0\r\nHost: h\r\n\r\n", "505"},
      {"older version", "GET / HTTP/0.9\r\nHost: h\r\n\r\n", "505"},
      {"no version", "GET /\r\nHost: h\r\n\r\n", "400"},
      {"TLS hello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), "400"},
      {"bad escape", "GET /%x HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
      {"CONNECT", "CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
      {"unknown expectation", kHead + "Expect: miracle\r\n\r\n", "417"},
      {"bad chunk size", kHead + "Transfer-Encoding: chunked\r\n\r\nx\r\n\r\n", "400"},
      {"chunk size overflow", kHead + "Transfer-Encoding: chunked\r\n\r\n10000000000000001\r\n",
       "400"},
      {"chunk longer than said", kHead + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
       "400"},
      {"length in a trailer",
       kHead + "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\n", "400"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, row.bytes.size()}) {
      CAPTURE(step);
      CHECK(outcome(row.bytes, {}, step) == row.status);
    }
  }
}

TEST_CASE("a version that is none of ours is told so, however its line arrives", "[http]") {
  for (const std::string version : {"HTTP/0.1", "HTTP/2.0", "HTTP/9.9", "HTTP/2.0x"}) {
    const std::string bytes = "GET / " + version + "\r\nHost: h\r\n\r\n";
    CAPTURE(bytes);
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
      CAPTURE(step);
      CHECK(outcome(bytes, {}, step) == "505");
    }
  }
}

// In pieces it waits for an end of the headers that does not come, which is a timeout in the end.
TEST_CASE("lines that end in LF alone are no request", "[http]") {
  const std::string bytes = "GET / HTTP/1.1\nHost: h\n\n";
  CHECK(outcome(bytes, {}, bytes.size()) == "400");
  CHECK(outcome(bytes, {}, 1) == "incomplete");
}

TEST_CASE("good requests are read, however they arrive", "[http]") {
  const Limits limits;
  const std::pair<std::string, std::string> rows[] = {
      {"\r\n\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a keep [Host=h;] \n"},
      {"HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a keep [Host=h;] \n"},
      {"GET / HTTP/1.0\r\n\r\n", "GET / close [] \n"},
      {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
       "GET / keep [Connection=keep-alive;] \n"},
      {kHead + "Connection: close\r\nContent-Length: 2\r\n\r\nhi",
       "POST /a close [Host=h;Connection=close;Content-Length=2;] hi\n"},
      {kHead + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi",
       "POST /a keep [Host=h;Content-Length=2;Content-Length=2;] hi\n"},
      {kHead + "Transfer-Encoding: Chunked\r\n\r\n3;x=\"y\"\r\nabc\r\nA\r\n0123456789\r\n0\r\n"
               "Authorization: forged\r\n\r\n",
       "POST /a keep [Host=h;Transfer-Encoding=Chunked;] abc0123456789\n"},
      {kHead + "Content-Length: 1\r\n\r\nxGET /b HTTP/1.1\r\nHost: h\r\n\r\nGET /c",
       "POST /a keep [Host=h;Content-Length=1;] x\nGET /b keep [Host=h;] \nincomplete"},
  };
  for (const auto& [bytes, expected] : rows) {
    CAPTURE(bytes);
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
      REQUIRE(outcome(bytes, limits, step) == expected);
    }
  }
}

TEST_CASE("limits hold to the byte, however the bytes arrive", "[http]") {
  Limits limits;
  limits.max_header_bytes = 100;
  limits.max_body_bytes = 50;
  const auto with_header = [](std::size_t size) {
    const std::string around = "GET / HTTP/1.1\r\nHost: h\r\nA: \r\n\r\n";
    return "GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(size - around.size(), 'x') + "\r\n\r\n";
  };
  const auto with_body = [](std::size_t size) {
    return kHead + "Content-Length: " + std::to_string(size) + "\r\n\r\n" + std::string(size, 'x');
  };
  const auto chunked = [](std::size_t first, std::size_t second, std::size_t extension) {
    char sizes[2][8];
    std::snprintf(sizes[0], 8, "%zx", first);
    std::snprintf(sizes[1], 8, "%zx", second);
    return kHead + "Transfer-Encoding: chunked\r\n\r\n" + sizes[0] + ";" +
           std::string(extension, 'e') + "\r\n" + std::string(first, 'x') + "\r\n" + sizes[1] +
           "\r\n" + std::string(second, 'x') + "\r\n0\r\n\r\n";
  };
  const auto ends = [&](const std::string& bytes, const std::string& end) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{64}, bytes.size()}) {
      const std::string result = outcome(bytes, limits, step);
      CAPTURE(bytes, step, result);
      CHECK((result.size() >= end.size() && result.substr(result.size() - end.size()) == end));
    }
  };
  ends(with_header(100), "\n");
  ends(with_header(101), "431");
  ends(with_header(5000), "431");
  ends(with_body(50), "\n");
  ends(with_body(51), "413");
  ends(chunked(25, 25, 10), "\n");
  ends(chunked(25, 26, 10), "413");
  ends(chunked(1, 1, 200), "431");
  ends(kHead + "Transfer-Encoding: chunked\r\n\r\n0\r\nA: " + std::string(200, 'x') + "\r\n\r\n",
       "431");
  ends(std::string(102, '\r').replace(1, 101, std::string(101, '\n')), "400");
}

TEST_CASE("100 Continue is due once, and only while no byte of the body came", "[http]") {
  const Limits limits;
  const std::string head = kHead + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  RequestReader waits(limits);
  CHECK(waits.feed(head) == head.size());
  CHECK(waits.take_continue());
  CHECK_FALSE(waits.take_continue());
  RequestReader has_body(limits);
  has_body.feed(head + "h");
  CHECK_FALSE(has_body.take_continue());
}

TEST_CASE("the memory of a request that is let go of is free", "[http]") {
  const Limits limits;
  RequestReader reader(limits);
  reader.feed(kHead + "Content-Length: 10000000\r\n\r\n" + std::string(5'000'000, 'x'));
  CHECK(reader.held_bytes() >= 5'000'000);
  reader.let_go();
  CHECK(reader.held_bytes() < 1000);
}

TEST_CASE("random bytes never crash the reader, and how they are cut does not matter", "[http]") {
  const char* given = std::getenv("TEST_SEED");
  const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  Limits limits;
  limits.max_header_bytes = 160;
  limits.max_body_bytes = 40;
  const std::string pieces[] = {
      kHead,
      "Content-Length: 5\r\n",
      "Transfer-Encoding: chunked\r\n",
      "\r\n",
      "hello",
      "5\r\n",
      "0\r\n",
      "\r\n\r\n",
      ";a=\"b\"",
      "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
      " ",
      "\r",
      "\n",
      "\t x",
      "A: b\r\n",
      "Connection: close, x\r\n",
      "HTTP/1.0",
      ":",
      "%",
      std::string(1, '\0'),
      "\xff",
      kHead + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"};
  // What is wrong may be noticed later in pieces, and then for another reason.
  const auto requests_in = [](const std::string& text) {
    return text.substr(0, text.rfind('\n') + 1);
  };
  int read = 0;
  for (int round = 0; round < 100'000; ++round) {
    std::string bytes = below(4) ? kHead : "";
    for (std::size_t i = below(9); i > 0; --i) bytes += pieces[below(std::size(pieces))];
    if (!bytes.empty() && below(3) == 0) bytes[below(bytes.size())] = static_cast<char>(random());
    const std::size_t step = 1 + below(40);
    const std::string whole = requests_in(outcome(bytes, limits, bytes.size() + 1));
    const std::string pieces_of = requests_in(outcome(bytes, limits, step));
    read += !whole.empty();
    if (pieces_of == whole) continue;
    CAPTURE(bytes, step);
    REQUIRE(pieces_of == whole);
  }
  CHECK(read > 5000);
}

}  // namespace
}  // namespace jobledger::daemon::http
