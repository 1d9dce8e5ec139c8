#include "projections/job_tree.h"

namespace jobledger::projections {
namespace {

constexpr std::size_t kSlice = 2048;  ///< jobs looked at while the fold waits

TreeNode node_of(const JobGraph& graph, ledger::JobNumber job, std::uint64_t version) {
  const JobRow& row = graph.row(job);
  TreeNode node{job, row.id, graph.status_at(job, version), std::nullopt, 0, row.child_count};
  if (row.batch != kNone) node.batch = graph.batch(row.batch).id;
  return node;
}

}  // namespace

std::vector<TreeNode> tree_of(const JobGraph& graph, ledger::JobNumber job, std::uint64_t version,
                              const ledger::Projection::Locked& locked) {
  std::vector<TreeNode> nodes;
  std::vector<ledger::JobNumber> jobs;  // of the nodes, and of those still to come
  locked([&] {
    while (graph.row(job).parent != ledger::kNoJob) job = graph.row(job).parent;
    jobs.push_back(job);
  });
  while (nodes.size() < jobs.size()) {
    locked([&] {
      for (std::size_t i = 0; i < kSlice && nodes.size() < jobs.size(); ++i) {
        ledger::JobNumber next = jobs[nodes.size()];
        const JobRow& row = graph.row(next);
        TreeNode& node = nodes.emplace_back(node_of(graph, next, version));
        node.first_child = jobs.size();
        for (std::uint32_t c = 0; c < row.child_count; ++c) jobs.push_back(row.first_child + c);
      }
    });
  }
  return nodes;
}

}  // namespace jobledger::projections
