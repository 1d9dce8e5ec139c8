#pragma once

#include <string>
#include <vector>

#include "projections/job_tree.h"
#include "projections/tree_causes.h"

namespace jobledger::daemon::render {

/// `{"root": {"id", "status", "batchId", "children": [ … ]}}` of the nodes of a tree.
std::string tree(const std::vector<projections::TreeNode>& nodes);

/// The same as a drawing for Graphviz: jobs by the end of their id, with shape and colour by their
/// status; what cascades did to them, and dashed edges from the jobs that pulled them in.
std::string tree_as_dot(const std::vector<projections::TreeNode>& nodes,
                        const std::vector<projections::TreeCause>& causes);

}  // namespace jobledger::daemon::render
