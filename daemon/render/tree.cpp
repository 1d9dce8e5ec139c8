#include "daemon/render/tree.h"

#include "daemon/json/writer.h"

namespace jobledger::daemon::render {
namespace {

using ledger::JobStatus;
using projections::TreeCause;
using projections::TreeNode;

/// What a cascade did to each node; null if none did anything.
using CauseOf = std::vector<const TreeCause*>;

void cascade_member(json::Writer& out, const std::vector<TreeNode>& nodes, const TreeCause& cause) {
  out.begin_object("cascade");
  out.field("result", cause.skipped ? "skipped" : "cancelled");
  out.field("cause", name_of(cause.cause));
  out.field("via", cause.via ? std::optional(nodes[*cause.via].id) : std::nullopt);
  out.end_object();
}

void json_node(json::Writer& out, const std::vector<TreeNode>& nodes, const CauseOf& cause_of,
               std::size_t at) {
  const TreeNode& node = nodes[at];
  out.begin_object();
  out.field("id", node.id);
  out.field("status", name_of(node.status));
  out.field("batchId", node.batch);
  if (cause_of[at]) cascade_member(out, nodes, *cause_of[at]);
  out.begin_array("children");
  for (std::size_t i = 0; i < node.child_count; ++i) {
    json_node(out, nodes, cause_of, node.first_child + i);
  }
  out.end_array();
  out.end_object();
}

std::string json_tree(const std::vector<TreeNode>& nodes, const CauseOf& cause_of) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.key("root");
  json_node(out, nodes, cause_of, 0);
  out.end_object();
  return text;
}

/// Told apart without colours, too.
std::string_view look_of(JobStatus status) {
  switch (status) {
    case JobStatus::none:
      break;
    case JobStatus::queued:
      return "shape=box, fillcolor=\"#d6e6f5\"";
    case JobStatus::pending:
      return "shape=hexagon, fillcolor=\"#fbf0c8\"";
    case JobStatus::rendering:
      return "shape=parallelogram, fillcolor=\"#e3d7f2\"";
    case JobStatus::finished:
      return "shape=ellipse, fillcolor=\"#cfe9c8\"";
    case JobStatus::error:
      return "shape=octagon, fillcolor=\"#f3b8ae\"";
    case JobStatus::manually_cancelled:
      return "shape=box, style=\"filled,dashed\", color=\"#b3261e\", fillcolor=\"#e6e6e6\"";
  }
  return "shape=box";
}

/// The jobs of a tree share the front of their ids, which is a time.
std::string short_id(ledger::JobId id) {
  constexpr std::size_t kShown = 6;
  std::string text = id.text();
  return text.substr(text.size() - kShown);
}

std::string quoted(ledger::JobId id) {
  return '"' + id.text() + '"';
}

/// What the label of each node says below the status.
std::vector<std::string> remarks_on(const std::vector<TreeNode>& nodes,
                                    const std::vector<TreeCause>& causes) {
  std::vector<std::string> remarks(nodes.size());
  for (const TreeCause& cause : causes) {
    bool cancelled = nodes[cause.node].status == JobStatus::manually_cancelled;
    if (cause.skipped && !cancelled) remarks[cause.node] = "skipped";
    if (!cause.skipped && !cause.via) remarks[cause.node] = name_of(cause.cause);
  }
  return remarks;
}

void dot_node(std::string& text, const TreeNode& node, const std::string& remark) {
  text += "  " + quoted(node.id) + " [label=\"" + short_id(node.id) + "\\n";
  text += name_of(node.status);
  if (!remark.empty()) text += "\\n" + remark;
  text += "\", tooltip=" + quoted(node.id) + ", ";
  text += look_of(node.status);
  if (remark == "skipped") text += ", peripheries=2";
  text += "];\n";
}

void dot_cause(std::string& text, const std::vector<TreeNode>& nodes, const TreeCause& cause) {
  if (!cause.via) return;
  text += "  " + quoted(nodes[*cause.via].id) + " -> " + quoted(nodes[cause.node].id);
  text += " [style=dashed, constraint=false, ";
  text += cause.skipped ? "color=\"#767676\", fontcolor=\"#767676\""
                        : "color=\"#b3261e\", fontcolor=\"#b3261e\"";
  text += ", label=\"";
  text += name_of(cause.cause);
  text += cause.skipped ? " (skipped)\"];\n" : "\"];\n";
}

}  // namespace

std::string tree(const std::vector<TreeNode>& nodes) {
  return json_tree(nodes, CauseOf(nodes.size(), nullptr));
}

std::string tree_with_causes(const std::vector<TreeNode>& nodes,
                             const std::vector<TreeCause>& causes) {
  CauseOf cause_of(nodes.size(), nullptr);
  for (const TreeCause& cause : causes) {
    // A job may have been left alone by one cascade and cancelled by another.
    bool cancelled = nodes[cause.node].status == JobStatus::manually_cancelled;
    if (cause.skipped != cancelled) cause_of[cause.node] = &cause;
  }
  return json_tree(nodes, cause_of);
}

std::string tree_as_dot(const std::vector<TreeNode>& nodes, const std::vector<TreeCause>& causes) {
  std::string text =
      "digraph tree {\n"
      "  node [style=filled, fontname=\"sans-serif\", fontsize=11];\n"
      "  edge [fontname=\"sans-serif\", fontsize=10];\n";
  std::vector<std::string> remarks = remarks_on(nodes, causes);
  for (std::size_t at = 0; at < nodes.size(); ++at) dot_node(text, nodes[at], remarks[at]);
  for (const TreeNode& node : nodes) {
    for (std::size_t i = 0; i < node.child_count; ++i) {
      text += "  " + quoted(node.id) + " -> " + quoted(nodes[node.first_child + i].id) + ";\n";
    }
  }
  for (const TreeCause& cause : causes) dot_cause(text, nodes, cause);
  return text + "}\n";
}

}  // namespace jobledger::daemon::render
