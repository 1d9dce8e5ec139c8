#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "projections/job_tree.h"
#include "projections/log_reader.h"

namespace jobledger::projections {

/// What a cascade did to a job of a tree, and why. Nodes by their place in the list of `tree_of`.
struct TreeCause {
  std::size_t node = 0;
  std::optional<std::size_t> via;  ///< that pulled it in; none: it was named, or its batch was
  ledger::Cause cause = ledger::Cause::none;
  bool skipped = false;  ///< the cascade left it alone
};

/// The newest cancel of each node that is cancelled as of the version, and what those cascades left
/// alone in the tree; in the order of the log. Each entry that cancelled a node is read once, and
/// whole. `locked` keeps the fold out for a few thousand jobs at a time.
std::vector<TreeCause> causes_in_tree(const JobGraph& graph, LogReader& log,
                                      const std::vector<TreeNode>& nodes, std::uint64_t version,
                                      const ledger::Projection::Locked& locked);

}  // namespace jobledger::projections
