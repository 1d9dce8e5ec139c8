#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "projections/job_rows.h"
#include "projections/segmented_vector.h"

namespace jobledger::projections {

using JobRows = SegmentedVector<JobRow>;

/// Spreads ids of one millisecond, which count up, as well as random ones.
struct UlidHash {
  std::size_t operator()(ledger::Ulid id) const {
    std::uint64_t mixed = (id.low ^ (id.high * 0x9e37'79b9'7f4a'7c15)) * 0xff51'afd7'ed55'8ccd;
    return mixed ^ (mixed >> 32);
  }
};

/// From a job's id to its number. Holds numbers only and reads the ids from the rows. In many
/// shards: a growing one takes little time, and those for the ids of one second, which come
/// together, are few enough to stay in the processor's caches.
class IdMap {
 public:
  explicit IdMap(const JobRows& rows) : rows_(rows) {
    shards_.reserve(kShards);
    for (std::size_t i = 0; i < kShards; ++i) shards_.emplace_back(0, Hash{&rows}, Equal{&rows});
  }

  /// All numbers there are rows of, into an empty map.
  void insert_all() {
    std::vector<std::size_t> sizes(kShards);
    for (std::size_t i = 0; i < rows_.size(); ++i) ++sizes[index(rows_[i].id)];
    for (std::size_t i = 0; i < kShards; ++i) shards_[i].reserve(sizes[i]);
    for (ledger::JobNumber i = 0; i < rows_.size(); ++i) insert(rows_[i].id, i);
  }
  void insert(ledger::JobId id, ledger::JobNumber number) { shards_[index(id)].insert(number); }

  std::optional<ledger::JobNumber> find(ledger::JobId id) const {
    const Shard& in = shards_[index(id)];
    auto it = in.find(id);
    if (it == in.end()) return std::nullopt;
    return *it;
  }

 private:
  struct Hash {
    using is_transparent = void;
    const JobRows* rows;
    std::size_t operator()(ledger::JobId id) const { return UlidHash{}(id); }
    std::size_t operator()(ledger::JobNumber number) const { return (*this)((*rows)[number].id); }
  };
  struct Equal {
    using is_transparent = void;
    const JobRows* rows;
    bool operator()(ledger::JobNumber a, ledger::JobNumber b) const { return a == b; }
    bool operator()(ledger::JobId id, ledger::JobNumber b) const { return (*rows)[b].id == id; }
    bool operator()(ledger::JobNumber a, ledger::JobId id) const { return (*rows)[a].id == id; }
  };
  using Shard = boost::unordered_flat_set<ledger::JobNumber, Hash, Equal>;
  static constexpr std::size_t kShards = 1024;
  static constexpr std::size_t kOfOneSecond = 8;

  static std::size_t index(ledger::JobId id) {
    std::uint64_t second = id.high >> (16 + 10);  // of 1,024 milliseconds: see Ulid
    return (second * kOfOneSecond + id.low % kOfOneSecond) % kShards;
  }

  const JobRows& rows_;
  std::vector<Shard> shards_;
};

}  // namespace jobledger::projections
