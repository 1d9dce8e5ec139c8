#include <catch2/catch.hpp>

#include "daemon/parse/claim.h"
#include "daemon/parse/report.h"
#include "tests/daemon/parse/support.h"

using namespace jobledger;
using namespace jobledger::daemon::parse;

TEST_CASE("a claim that asks for nothing takes any job", "[parse]") {
  for (const char* body : {"", "  ", "{}", R"({"tags":[],"jobId":null,"wait":null})"}) {
    auto parsed = parse_claim(body);
    REQUIRE(lines(parsed.problems) == "");
    CHECK(parsed.value.command.tags.empty());
    CHECK_FALSE(parsed.value.command.job);
    CHECK(parsed.value.command.impossible.empty());
    CHECK(parsed.value.command.lease_seconds == 0);
    CHECK(parsed.value.wait_ms == 0);
  }
}

TEST_CASE("a claim", "[parse]") {
  auto parsed = parse_claim(R"({"tags":"a, b","jobId":"01HZZZZZZZZZZZZZZZZZZZZZZA","wait":0.29,)"
                            R"("leaseSeconds":86400})");
  REQUIRE(lines(parsed.problems) == "");
  CHECK(parsed.value.command.tags == std::vector<std::string>{"a", "b"});
  CHECK(parsed.value.command.job->text() == kJobId);
  CHECK(parsed.value.command.lease_seconds == 86400);
  CHECK(parsed.value.wait_ms == 290);
  CHECK(parse_claim(R"({"wait":60})").value.wait_ms == 60'000);
  auto impossible = parse_claim(R"({"jobId":"ZZZZZZZZZZZZZZZZZZZZZZZZZZ"})");
  CHECK_FALSE(impossible.value.command.job);
  CHECK(impossible.value.command.impossible == "ZZZZZZZZZZZZZZZZZZZZZZZZZZ");
}

TEST_CASE("what is wrong with a claim", "[parse]") {
  const std::string wait = "wait must be a number from 0 to 60";
  const std::string lease = "leaseSeconds must be an integer from 1 to 86400";
  const Row rows[] = {
      {"[]", "body must be a JSON object, not an array"},
      {R"({"tags":1})", "tags must be an array of strings or a csv string, not a number"},
      {R"({"jobId":"x"})",
       "jobId must be the id of a job: 26 characters of 0-9 and A-Z without I, L, O and U"},
      {R"({"jobId":5})", "jobId must be a string, not a number"},
      {R"({"wait":60.1})", wait},
      {R"({"wait":-1})", wait},
      {R"({"wait":"5"})", "wait must be a number, not a string"},
      {R"({"leaseSeconds":0})", lease},
      {R"({"leaseSeconds":86401})", lease},
      {R"({"leaseSeconds":1.5})", lease},
      {R"({"wait":99,"leaseSeconds":-1})", wait + "\n" + lease},
  };
  for (const Row& row : rows) {
    INFO(row.input);
    CHECK(lines(parse_claim(row.input).problems) == row.wanted);
  }
}

TEST_CASE("a lease that is no ULID is the nil lease", "[parse]") {
  struct LeaseRow {
    std::string text;
    ledger::LeaseId lease;
  };
  const LeaseRow rows[] = {{kJobId, *ledger::Ulid::parse(kJobId)},
                           {"", {}},
                           {"anything", {}},
                           {"ZZZZZZZZZZZZZZZZZZZZZZZZZZ", {}}};
  for (const LeaseRow& row : rows) {
    INFO(row.text);
    auto parsed = parse_lease("{\"lease\":\"" + row.text + "\"}");
    REQUIRE(parsed.ok());
    CHECK(parsed.value == row.lease);
  }
}

TEST_CASE("every report needs a lease", "[parse]") {
  const std::string missing = "lease is required: give the lease that the claim answered";
  const std::string type = "lease must be a string, not a number";
  CHECK(lines(parse_lease("").problems) == "body is empty: send a JSON object");
  CHECK(lines(parse_lease("{}").problems) == missing);
  CHECK(lines(parse_lease(R"({"lease":null})").problems) == missing);
  CHECK(lines(parse_lease(R"({"lease":1})").problems) == type);
  CHECK(lines(parse_progress(R"({"progress":1})").problems) == missing);
  CHECK(lines(parse_finish("{}").problems) == missing);
  CHECK(lines(parse_fail(R"({"error":"x","lease":1})").problems) == type);
}

TEST_CASE("progress is 0 to 100, fractions cut off", "[parse]") {
  struct ProgressRow {
    std::string progress;
    std::uint32_t value;
    std::string problems;
  };
  const std::string range = "progress must be a number from 0 to 100";
  const ProgressRow rows[] = {
      {"0", 0, ""},
      {"100", 100, ""},
      {"99.9", 99, ""},
      {"-0.0", 0, ""},
      {"100.1", 0, range},
      {"-1", 0, range},
      {"1e300", 0, range},
      {"\"5\"", 0, "progress must be a number, not a string"},
      {"null", 0, "progress is required: give a number from 0 to 100"},
  };
  for (const ProgressRow& row : rows) {
    INFO(row.progress);
    auto parsed =
        parse_progress("{\"lease\":\"" + kJobId + "\",\"progress\":" + row.progress + "}");
    CHECK(lines(parsed.problems) == row.problems);
    CHECK(parsed.value.progress == row.value);
    if (parsed.ok()) CHECK(parsed.value.lease.text() == kJobId);
  }
}

TEST_CASE("a finish and a fail", "[parse]") {
  auto finish = parse_finish(R"({"lease":"01HZZZZZZZZZZZZZZZZZZZZZZA","outputUrl":"s3://o"})");
  REQUIRE(finish.ok());
  CHECK(finish.value.lease.text() == kJobId);
  CHECK(finish.value.output_url == "s3://o");
  CHECK(parse_finish(R"({"lease":"x"})").value.output_url.empty());
  CHECK(lines(parse_finish(R"({"lease":"x","outputUrl":[]})").problems) ==
        "outputUrl must be a string, not an array");
  auto fail = parse_fail(R"({"lease":"01HZZZZZZZZZZZZZZZZZZZZZZA","error":"no\nfont"})");
  REQUIRE(fail.ok());
  CHECK(fail.value.lease.text() == kJobId);
  CHECK(fail.value.error == "no\nfont");
  CHECK(lines(parse_fail(R"({"lease":"x"})").problems) == "error is required: say what went wrong");
  CHECK(lines(parse_fail(R"({"lease":"x","error":{}})").problems) ==
        "error must be a string, not an object");
}

TEST_CASE("an error is at most 16384 bytes", "[parse]") {
  auto fail = [](std::size_t size) {
    return parse_fail(R"({"lease":"x","error":")" + std::string(size, 'e') + "\"}");
  };
  CHECK(fail(16384).value.error.size() == 16384);
  CHECK(lines(fail(16385).problems) ==
        "error must be at most 16384 bytes, not 16385: say what went wrong in short, and where the "
        "whole log is");
}
