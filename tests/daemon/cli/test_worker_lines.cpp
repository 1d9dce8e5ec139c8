#include <catch2/catch.hpp>

#include "daemon/cli/worker/backoff.h"
#include "daemon/cli/worker/claim.h"
#include "daemon/cli/worker/line.h"
#include "daemon/cli/worker/report_lines.h"

namespace jobledger::daemon::cli::worker {

TEST_CASE("the last progress counts, however the bytes come") {
  ReportLines lines;
  CHECK(lines.feed("progress 10\nprogr").empty());
  CHECK(lines.take_progress() == 10.0);
  CHECK(lines.take_progress() == std::nullopt);
  CHECK(lines.feed("ess 20%\n\n  progress\t30.5 \r\nprogress 4").empty());
  CHECK(lines.take_progress() == 30.5);
  CHECK(lines.feed("0").empty());
  CHECK(lines.end().empty());
  CHECK(lines.take_progress() == 40.0);
}

TEST_CASE("an output is kept as it is, and the last one counts") {
  ReportLines lines;
  CHECK(lines.feed("output https://cdn.example.com/a\noutput /srv/out put.mp4\n").empty());
  CHECK(lines.output() == "/srv/out put.mp4");
}

TEST_CASE("what is no report is complained about and changes nothing") {
  ReportLines lines;
  for (const char* wrong : {"progress", "progress x", "progress 101", "progress -1", "progress nan",
                            "progress 5 5", "output", "hello", "PROGRESS 5"}) {
    INFO(wrong);
    CHECK(lines.feed(std::string(wrong) + "\n").size() == 1);
  }
  CHECK_FALSE(lines.take_progress());
  CHECK(lines.output().empty());
}

TEST_CASE("a report without an end is not kept for ever") {
  ReportLines lines;
  std::vector<std::string> complaints;
  for (int i = 0; i < 40 && complaints.empty(); ++i)
    complaints = lines.feed(std::string(1000, 'x'));
  CHECK(complaints.size() == 1);
  CHECK(lines.feed("\nprogress 5\n").empty());
  CHECK(lines.take_progress() == 5.0);
}

TEST_CASE("the last lines are the last three that are not blank") {
  LastLines lines;
  CHECK(lines.text().empty());
  lines.feed("\n \n");
  CHECK(lines.text().empty());
  lines.feed("one\ntwo\n\nthree\r\n");
  lines.feed("four\n\n");
  CHECK(lines.text() == "two\nthree\nfour");
  lines.feed(std::string(100'000, 'y'));
  CHECK(lines.text().size() <= 4096);
  CHECK(lines.text().ends_with("yyy"));
}

TEST_CASE("pauses grow, stay below half a minute, and differ between workers") {
  Backoff one(1);
  Backoff other(2);
  bool differ = false;
  for (int i = 0; i < 20; ++i) {
    auto most = std::min(Backoff::kFirst * (1 << std::min(i, 10)), Backoff::kLongest);
    auto pause = one.next();
    CHECK(pause >= most / 2);
    CHECK(pause <= most);
    differ = differ || other.next() != pause;
  }
  CHECK(differ);
  one.reset();
  CHECK(one.next() <= Backoff::kFirst);
}

TEST_CASE("the payload of a claim is the text that the daemon gave, byte for byte") {
  auto claim = read_claim(
      R"({"job":{"id":"01JA7Q3W5XKZ4T8N2M6B9C1D0E"},"lease":"L","payload":{"a" : 1.0, "b":"\u0041"}})");
  REQUIRE(claim);
  CHECK(claim->job == "01JA7Q3W5XKZ4T8N2M6B9C1D0E");
  CHECK(claim->lease == "L");
  CHECK(claim->payload == R"({"a" : 1.0, "b":"\u0041"})");
  CHECK_FALSE(read_claim("{}"));
  CHECK_FALSE(read_claim("no JSON"));
  CHECK_FALSE(read_claim(R"({"job":{"id":"x"},"lease":"L","payload":null})"));
}

TEST_CASE("a heartbeat's answer tells who wants the job to stop") {
  CHECK_FALSE(read_stop(R"({"leaseExpiresAt":"2026-01-31T12:05:02.000Z"})"));
  CHECK(read_stop(
            R"({"stop":{"actor":{"name":"portal"},"onBehalfOf":"ada","reason":"wrong logo"}})") ==
        "portal for ada: wrong logo");
  CHECK(read_stop(R"({"stop":{"actor":{"name":"portal"},"onBehalfOf":null,"reason":null}})") ==
        "portal");
}

TEST_CASE("a request is repeated only if its answer may be another one later") {
  auto told = [](int status, const std::string& body = "{}") {
    return is_for_now(Answer{status, body});
  };
  CHECK(is_for_now(ledger::Failure{"no answer"}));
  for (int status : {408, 429, 500, 502, 503, 507}) CHECK(told(status));
  for (int status : {200, 204, 400, 401, 403, 404, 409, 412, 422}) CHECK_FALSE(told(status));
  CHECK(told(409, R"({"code":"idempotency_key_in_flight"})"));
  CHECK_FALSE(told(409, R"({"code":"stale_lease"})"));
}

}  // namespace jobledger::daemon::cli::worker
