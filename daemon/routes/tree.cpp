#include "daemon/render/tree.h"

#include "daemon/routes/call.h"
#include "daemon/routes/reach.h"

namespace jobledger::daemon::routes {

http::Reply get_job_tree(Core& core, const Call& call) {
  if (!ledger::Ulid::well_formed(call.path[0])) return bad_id(call);
  std::string_view format = call.request.parameter("format").value_or("");
  if (!format.empty() && format != "json" && format != "dot") {
    return bad_request(call, {{"format", "must be json or dot"}});
  }
  std::string_view causes = call.request.parameter("causes").value_or("");
  if (!causes.empty() && causes != "true" && causes != "false") {
    return bad_request(call, {{"causes", "must be true or false"}});
  }
  auto job = find_job(core, call, call.path[0]);
  if (!job) return not_found(call, "job_not_found", kNoJobMessage);
  const projections::JobGraph& graph = core.state.graph();
  std::vector<projections::TreeNode> nodes =
      projections::tree_of(graph, *job, call.version, core.state.locked());
  bool drawn = format == "dot";
  if (!drawn && causes != "true") return json(render::tree(nodes));
  projections::LogReader log(core.store);
  std::vector<projections::TreeCause> found =
      projections::causes_in_tree(graph, log, nodes, call.version, core.state.locked());
  if (!drawn) return json(render::tree_with_causes(nodes, found));
  http::Reply reply;
  reply.content_type = "text/vnd.graphviz; charset=utf-8";
  reply.body = render::tree_as_dot(nodes, found);
  return reply;
}

}  // namespace jobledger::daemon::routes
