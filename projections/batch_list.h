#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "ledger/batch_status.h"
#include "projections/job_graph.h"

namespace jobledger::projections {

/// A batch as it was at a version.
struct ListedBatch {
  std::uint32_t number = 0;
  ledger::BatchId id;
  std::uint32_t total = 0;  ///< of jobs asked for
  std::uint64_t entry = 0;  ///< that created it
  ledger::BatchCounts counts;
};

struct BatchFilter {
  std::optional<std::string_view> team;  ///< nullopt: of every team
  std::optional<ledger::BatchStatus> status;
  std::uint32_t first = 0;  ///< numbers in [first, last): a range of creation
  std::uint32_t last = 0xffff'ffff;
};

/// The newest `most` batches that pass the filter as of the version, newest first. With a status
/// the jobs of every batch that is passed over are counted, too. `locked` keeps the fold out for a
/// few thousand jobs at a time.
std::vector<ListedBatch> list_batches(const JobGraph& graph, const BatchFilter& filter,
                                      std::size_t most, std::uint64_t version,
                                      const ledger::Projection::Locked& locked);

}  // namespace jobledger::projections
