#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "projections/job_graph.h"

namespace jobledger::projections {

/// A job of a tree. Its children are neighbours in the list of the nodes.
struct TreeNode {
  ledger::JobNumber number = ledger::kNoJob;
  ledger::JobId id;
  ledger::JobStatus status = ledger::JobStatus::none;
  std::optional<ledger::BatchId> batch;
  std::size_t first_child = 0;
  std::size_t child_count = 0;
};

/// The whole tree that the job is in, as of the version: the root first, level by level, children
/// in the order of creation. `locked` keeps the fold out for a few thousand jobs at a time.
std::vector<TreeNode> tree_of(const JobGraph& graph, ledger::JobNumber job, std::uint64_t version,
                              const ledger::Projection::Locked& locked);

}  // namespace jobledger::projections
