#include "daemon/cli/entry_line.h"

#include <catch2/catch.hpp>

namespace jobledger::daemon::cli {
namespace {

std::string entry(const std::string& events, const std::string& more = "") {
  return R"({"index":7,"time":"2026-01-31T12:00:07.250Z","type":"CancelJobs","outcome":"accepted",)"
         R"("actor":{"name":"portal"},"events":[)" +
         events + "]" + more + "}";
}

std::string event(const std::string& type, const std::string& cause = "child") {
  return R"({"type":")" + type + R"(","id":"ID","cause":")" + cause + R"("})";
}

constexpr std::string_view kHead = "2026-01-31T12:00:07.250Z  7  CancelJobs  accepted  portal";

TEST_CASE("an entry is a line for a person", "[cli]") {
  std::string cancelled = event("JobCancelled");
  std::string cascade = event("JobCancelled", "requested") + "," + cancelled + "," + cancelled +
                        "," + event("CancelSkipped") + "," + event("CancelSkipped");
  CHECK(*entry_line(entry(cascade)) ==
        std::string(kHead) + ": cancelled 3 jobs (1 requested), skipped 2 jobs");
  CHECK(*entry_line(entry(cancelled)) == std::string(kHead) + ": cancelled job ID");
  CHECK(*entry_line(entry("")) == kHead);
  CHECK(*entry_line(entry(event("WebhookCreated"))) == std::string(kHead) + ": made webhook ID");
  CHECK(*entry_line(entry(event("WebhookDeleted"))) == std::string(kHead) + ": deleted webhook ID");
  CHECK(*entry_line(entry(event("NewsOfLater"))) == std::string(kHead) + ": NewsOfLater ID");
  CHECK(*entry_line(entry(R"({"type":"LedgerRestored","id":"ID","backup":"000012",)"
                          R"("origin":"jobledger/X","version":7})")) ==
        std::string(kHead) +
            ": restored the ledger from backup 000012, made of jobledger/X at version 7");
  CHECK(*entry_line(entry(R"({"type":"LedgerCut","id":"ID","version":7,"entriesPutAside":3,)"
                          R"("putAside":"/aside","damage":"entry 7 is damaged"})")) ==
        std::string(kHead) +
            ": cut the ledger to version 7, 3 entries put aside to /aside: entry 7 is damaged");
  CHECK(*entry_line(entry("", R"(,"onBehalfOf":"ada","reason":"why not")")) ==
        std::string(kHead) + " for ada; reason: why not");
  CHECK(*entry_line(entry("", R"(,"refusal":{"code":"c","message":"no"})")) ==
        std::string(kHead) + ": no");
}

TEST_CASE("what a terminal would obey is not printed", "[cli]") {
  CHECK(*entry_line(entry("", R"(,"reason":"a\nb\u001b[2J\u009b1m\u202ec\u00e9")")) ==
        std::string(kHead) + "; reason: a b [2J 1m c\u00e9");
}

TEST_CASE("what is no entry is told", "[cli]") {
  for (std::string_view text : {"", "[]", "{}", R"({"index":"x"})"}) {
    CAPTURE(text);
    CHECK_FALSE(entry_line(text));
  }
}

}  // namespace
}  // namespace jobledger::daemon::cli
