#include <catch2/catch.hpp>

#include "daemon/http/target.h"

namespace jobledger::daemon::http {
namespace {

Request request_to(std::string target, std::string method = "GET") {
  Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  return request;
}

TEST_CASE("a header is found in any case, the first of several", "[http]") {
  Request request;
  request.headers = {{"X-Id", "1"}, {"x-id", "2"}, {"X-Idle", "3"}};
  CHECK(request.header("x-ID") == "1");
  CHECK(request.header("x-idle") == "3");
  CHECK(request.header("X-I").empty());
}

TEST_CASE("of a repeated query parameter the last one counts", "[http]") {
  Request request;
  request.query = {{"a", "1"}, {"b", ""}, {"a", "2"}};
  CHECK(request.parameter("a") == "2");
  CHECK(request.parameter("b") == "");
  CHECK(request.parameter("A") == std::nullopt);
}

TEST_CASE("a target is split and decoded", "[http]") {
  using Query = std::vector<std::pair<std::string, std::string>>;
  struct Row {
    std::string target, path;
    Query query;
  };
  const Row rows[] = {
      {"/", "/", {}},
      {"/jobs/a%20b+c", "/jobs/a b+c", {}},
      {"/%2f%C3%A9", "/\x2f\xC3\xA9", {}},
      {"/jobs?", "/jobs", {}},
      {"/jobs?a=1&b=x+y%2B&&c&d=", "/jobs", {{"a", "1"}, {"b", "x y+"}, {"c", ""}, {"d", ""}}},
      {"/jobs?a=b=c?d&%61=%26", "/jobs", {{"a", "b=c?d"}, {"a", "&"}}},
      {"http://host:80/jobs?a=1", "/jobs", {{"a", "1"}}},
      {"https://host", "/", {}},
      {"http://host?a=1", "/", {{"a", "1"}}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.target);
    Request request = request_to(row.target);
    REQUIRE(read_target(request));
    CHECK(request.path == row.path);
    CHECK(request.query == row.query);
    CHECK(request.target == row.target);
  }
}

TEST_CASE("the target * is for OPTIONS alone", "[http]") {
  Request options = request_to("*", "OPTIONS");
  REQUIRE(read_target(options));
  CHECK(options.path == "*");
  Request other = request_to("*");
  CHECK_FALSE(read_target(other));
}

TEST_CASE("a bad target is refused with words", "[http]") {
  for (const char* target : {"/%", "/%4", "/%g0", "/%0g", "/?a=%", "/?%zz=1", "/?a=1&b=%1", "jobs",
                             "host:443", "ftp://host/"}) {
    CAPTURE(target);
    Request request = request_to(target);
    const auto read = read_target(request);
    REQUIRE_FALSE(read);
    CHECK_FALSE(read.error().message.empty());
  }
}

}  // namespace
}  // namespace jobledger::daemon::http
