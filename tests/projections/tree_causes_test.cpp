#include "projections/tree_causes.h"

#include <catch2/catch.hpp>

#include "tests/support/ledger_fixture.h"

namespace jobledger::tests {
namespace {

/// `a<p parent; b<p skipped parent`, as of the version.
std::string told(LedgerFixture& ledger, std::string_view job, std::uint64_t version) {
  const auto& graph = ledger.state().graph();
  auto locked = ledger.state().locked();
  auto nodes = projections::tree_of(
      graph, graph.find(std::nullopt, ledger.id(job), version).value(), version, locked);
  projections::LogReader log(ledger.store());
  std::string text;
  for (const auto& cause : projections::causes_in_tree(graph, log, nodes, version, locked)) {
    text += (text.empty() ? "" : "; ") + ledger.names().of(nodes[cause.node].id);
    if (cause.via) text += "<" + ledger.names().of(nodes[*cause.via].id);
    text += (cause.skipped ? " skipped " : " ") + std::string(name_of(cause.cause));
  }
  return text;
}

TEST_CASE("each cancelled job of a tree tells its cause, and so does each that was left alone") {
  LedgerFixture ledger;
  ledger.run("submit p(a b(d e) c); claim c; cancel b");
  CHECK(told(ledger, "a", 2) == "");
  CHECK(told(ledger, "a", 3) ==
        "b requested; p<b child; a<b sibling; c<b skipped sibling; d<b parent; e<b parent");
}

TEST_CASE("of a job that was left alone and cancelled later, both are told") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); claim b; cancel a; expire b; cancel b");
  CHECK(told(ledger, "p", 3) == "a requested; p<a child; b<a skipped sibling");
  CHECK(told(ledger, "p", 4) == "a requested; p<a child; b<a skipped sibling");
  CHECK(told(ledger, "p", 5) ==
        "a requested; p<a child; b<a skipped sibling; b requested; p<b skipped child; a<b skipped "
        "sibling");
}

TEST_CASE("causes in a tree are of that tree alone, also when a batch was cancelled") {
  LedgerFixture ledger;
  ledger.run("batch B p(a b) q(c) r; claim a; cancel-batch B");
  CHECK(told(ledger, "p", 3) == "p batch; a<p skipped parent; b<p parent");
  CHECK(told(ledger, "c", 3) == "q batch; c<q parent");
  CHECK(told(ledger, "r", 3) == "r batch");
}

TEST_CASE("a child that failed is the cause of its siblings' cancel") {
  LedgerFixture ledger;
  ledger.run("submit p(a b c); claim a; claim b; fail a broken");
  CHECK(told(ledger, "p", 4) == "b<a skipped child-failed; c<a child-failed");
}

}  // namespace
}  // namespace jobledger::tests
