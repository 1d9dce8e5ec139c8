#include "projections/batch_list.h"

#include <algorithm>

namespace jobledger::projections {
namespace {

constexpr std::size_t kSlice = 4096;  ///< batches and jobs looked at while the fold waits

ListedBatch listed(const JobGraph& graph, std::uint32_t number, std::uint64_t version) {
  const BatchRow& row = graph.batch(number);
  ListedBatch batch{number, row.id, row.total, row.entry, {}};
  for (std::uint32_t i = 0; i < row.count; ++i) {
    batch.counts.add(graph.status_at(row.first + i, version));
  }
  return batch;
}

}  // namespace

std::vector<ListedBatch> list_batches(const JobGraph& graph, const BatchFilter& filter,
                                      std::size_t most, std::uint64_t version,
                                      const ledger::Projection::Locked& locked) {
  std::vector<ListedBatch> found;
  std::optional<std::uint32_t> of_team;
  std::uint32_t end = 0;  // of those still to be looked at
  locked([&] {
    if (filter.team) of_team = graph.labels().find_team(*filter.team);
    end = std::min(filter.last, graph.batch_count(version));
  });
  if (filter.team && !of_team) return found;
  while (end > filter.first && found.size() < most) {
    locked([&] {
      for (std::size_t seen = 0; seen < kSlice && end > filter.first && found.size() < most;) {
        std::uint32_t number = --end;
        ++seen;
        if (of_team && graph.batch(number).team != *of_team) continue;
        ListedBatch batch = listed(graph, number, version);
        seen += batch.counts.total;
        if (!filter.status || batch.counts.status() == *filter.status) found.push_back(batch);
      }
    });
  }
  return found;
}

}  // namespace jobledger::projections
