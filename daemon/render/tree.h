#pragma once

#include <string>
#include <vector>

#include "projections/job_tree.h"
#include "projections/tree_causes.h"

namespace jobledger::daemon::render {

/// `{"root": {"id", "status", "batchId", "children": [ … ]}}` of the nodes of a tree.
std::string tree(const std::vector<projections::TreeNode>& nodes);

/// The same; a job that a cascade cancelled or left alone has a member `cascade` as well:
/// `{"result": "cancelled"|"skipped", "cause", "via": id|null}`.
std::string tree_with_causes(const std::vector<projections::TreeNode>& nodes,
                             const std::vector<projections::TreeCause>& causes);

/// The same as a drawing for Graphviz: jobs by the end of their id, with shape and colour by their
/// status; what cascades did to them, and dashed edges from the jobs that pulled them in.
std::string tree_as_dot(const std::vector<projections::TreeNode>& nodes,
                        const std::vector<projections::TreeCause>& causes);

}  // namespace jobledger::daemon::render
