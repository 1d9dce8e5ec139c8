#include <catch2/catch.hpp>

#include "daemon/parse/traceparent.h"

// The examples are those of W3C Trace Context, 3.2.2.

namespace jobledger::daemon::parse {
namespace {

const std::string kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string kParent = "00f067aa0ba902b7";
const std::string kGood = "00-" + kTrace + "-" + kParent + "-01";

}  // namespace

TEST_CASE("traceparent: one of version 00 is kept as it is") {
  CHECK(parse_traceparent(kGood) == kGood);
  CHECK(trace_id_of(kGood) == kTrace);
  const std::string unsampled = "00-" + kTrace + "-" + kParent + "-00";
  CHECK(parse_traceparent(unsampled) == unsampled);
  const std::string later_flag = "00-" + kTrace + "-" + kParent + "-03";
  CHECK(parse_traceparent(later_flag) == later_flag);
}

TEST_CASE("traceparent: a later version counts as far as version 00 goes") {
  const std::string ids = "-" + kTrace + "-" + kParent + "-";
  CHECK(parse_traceparent("cc" + ids + "01") == kGood);
  CHECK(parse_traceparent("cc" + ids + "03-what-follows") == kGood);
  CHECK(parse_traceparent("01" + ids + "02") == "00" + ids + "00");
  CHECK(parse_traceparent("cc" + ids + "01.what").empty());
}

TEST_CASE("traceparent: what is malformed counts as absent") {
  CHECK(parse_traceparent("").empty());
  CHECK(trace_id_of("").empty());
  CHECK(parse_traceparent(kGood.substr(0, 54)).empty());
  CHECK(parse_traceparent(kGood + "-").empty());
  CHECK(parse_traceparent(kGood + "0").empty());
  CHECK(parse_traceparent(" " + kGood).empty());
  CHECK(parse_traceparent("ff" + kGood.substr(2)).empty());
  CHECK(parse_traceparent("0g" + kGood.substr(2)).empty());
  const std::string zeros(32, '0');
  CHECK(parse_traceparent("00-" + zeros + "-" + kParent + "-01").empty());
  CHECK(parse_traceparent("00-" + kTrace + "-" + zeros.substr(16) + "-01").empty());
  CHECK(parse_traceparent("00-" + kTrace + "-" + kParent + "-0x").empty());
  CHECK(parse_traceparent("00-4BF92F3577B34DA6A3CE929D0E0E4736-" + kParent + "-01").empty());
  for (std::size_t dash : {2U, 35U, 52U}) {
    std::string text = kGood;
    text[dash] = '0';
    CHECK(parse_traceparent(text).empty());
  }
}

}  // namespace jobledger::daemon::parse
