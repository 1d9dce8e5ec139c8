#include "projections/tree_causes.h"

#include <algorithm>
#include <map>

namespace jobledger::projections {

using ledger::EventKind;
using ledger::JobStatus;

namespace {

constexpr std::size_t kSlice = 2048;  ///< jobs looked at while the fold waits

/// The places of the nodes, by the numbers of their jobs.
using Places = boost::unordered_flat_map<ledger::JobNumber, std::size_t>;
/// By the entry that cancelled them: the nodes, and which of its events did.
using Cancels = std::map<std::uint64_t, boost::unordered_flat_map<std::size_t, std::size_t>>;

Cancels cancels_of(const JobGraph& graph, const std::vector<TreeNode>& nodes, std::uint64_t version,
                   const ledger::Projection::Locked& locked) {
  Cancels cancels;
  for (std::size_t at = 0; at < nodes.size();) {
    locked([&] {
      for (std::size_t end = std::min(nodes.size(), at + kSlice); at < end; ++at) {
        if (nodes[at].status != JobStatus::manually_cancelled) continue;
        const Change& change = graph.change_at(nodes[at].number, version);
        cancels[change.entry()].emplace(at, change.place);
      }
    });
  }
  return cancels;
}

std::optional<std::size_t> find(const Places& places, ledger::JobNumber job) {
  auto it = places.find(job);
  return it == places.end() ? std::nullopt : std::optional(it->second);
}

}  // namespace

std::vector<TreeCause> causes_in_tree(const JobGraph& graph, LogReader& log,
                                      const std::vector<TreeNode>& nodes, std::uint64_t version,
                                      const ledger::Projection::Locked& locked) {
  Places places;
  for (std::size_t at = 0; at < nodes.size(); ++at) places.emplace(nodes[at].number, at);
  std::vector<TreeCause> causes;
  for (const auto& [index, cancelled] : cancels_of(graph, nodes, version, locked)) {
    const std::vector<ledger::Event>& events = log.entry(index).events;
    for (std::size_t place = 0; place < events.size(); ++place) {
      const ledger::Event& event = events[place];
      auto node = find(places, event.number);
      if (!node) continue;
      bool skipped = event.kind == EventKind::cancel_skipped;
      auto cancel = cancelled.find(*node);
      if (!skipped && (cancel == cancelled.end() || cancel->second != place)) continue;
      TreeCause& cause = causes.emplace_back(TreeCause{*node, std::nullopt, event.cause, skipped});
      if (event.via != ledger::kNoPlace) cause.via = find(places, events[event.via].number);
    }
  }
  return causes;
}

}  // namespace jobledger::projections
