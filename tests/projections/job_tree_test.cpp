#include "projections/job_tree.h"

#include <catch2/catch.hpp>

#include "tests/support/ledger_fixture.h"

namespace jobledger::tests {
namespace {

using projections::TreeNode;

std::string told(const std::vector<TreeNode>& nodes, std::size_t at, const Names& names) {
  std::string text = names.of(nodes[at].id);
  if (nodes[at].status == ledger::JobStatus::manually_cancelled) text += "*";
  if (nodes[at].child_count == 0) return text;
  text += "(";
  for (std::size_t i = 0; i < nodes[at].child_count; ++i) {
    text += (i > 0 ? " " : "") + told(nodes, nodes[at].first_child + i, names);
  }
  return text + ")";
}

TEST_CASE("a tree is the whole tree of a job, as it was") {
  LedgerFixture ledger;
  ledger.run("submit x(y); batch B p(a(c d(e)) b) q(r); cancel-many c");
  const auto& graph = ledger.state().graph();
  for (const char* job : {"p", "a", "b", "c", "d", "e"}) {
    auto number = graph.find("acme", ledger.id(job), 3).value();
    auto nodes = projections::tree_of(graph, number, 2, ledger.state().locked());
    CHECK(told(nodes, 0, ledger.names()) == "p(a(c d(e)) b)");
    CHECK(nodes.front().batch == ledger.id("B"));
    CHECK_FALSE(nodes.back().batch);
    nodes = projections::tree_of(graph, number, 3, ledger.state().locked());
    CHECK(told(nodes, 0, ledger.names()) == "p*(a*(c* d*(e*)) b*)");
  }
}

TEST_CASE("a large tree is gathered in slices") {
  LedgerFixture ledger;
  std::string tree = "p(";
  for (int i = 0; i < 6000; ++i) tree += " c" + std::to_string(i);
  ledger.submit(tree + ")");
  int slices = 0;
  auto nodes =
      projections::tree_of(ledger.state().graph(), 4000, 1, [&](const std::function<void()>& work) {
        ++slices;
        work();
      });
  CHECK(nodes.size() == 6001);
  CHECK(nodes[6000].id == ledger.id("c5999"));
  CHECK(slices >= 3);
}

}  // namespace
}  // namespace jobledger::tests
