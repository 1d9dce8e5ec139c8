#pragma once

#include <array>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "ledger/projection.h"
#include "projections/job_graph.h"
#include "projections/segmented_vector.h"

namespace jobledger::projections {

/// The name that the entry gives the job of its first event; empty if it gives none.
std::string_view uid_of(const ledger::Entry& entry);

/// The names that jobs were given beside their ids: unique within a team. About 100 bytes for each
/// job that has one, and nothing for the others.
class NameTable final : public ledger::Projection {
 public:
  /// The graph is to be folded first.
  explicit NameTable(const JobGraph& graph);

  std::string_view name() const override { return "names"; }
  std::uint32_t format() const override { return 1; }
  void fold(const ledger::Entry& entry, std::size_t first, std::size_t last) override;
  Save save(std::uint64_t version) const override;
  ledger::Status load(std::uint64_t version, const ledger::ChunkSource& source) override;
  ledger::Status derive(std::uint64_t version) override;

  /// The job of the team that has this name, as of the version.
  std::optional<ledger::JobNumber> find(std::string_view team, std::string_view name,
                                        std::uint64_t version) const;
  /// The same, or else the job of the team with this id.
  std::optional<ledger::JobNumber> find_job(std::string_view team, std::string_view name,
                                            std::uint64_t version) const;
  /// Empty if the job has none.
  std::string_view name_of(ledger::JobNumber job) const;

 private:
  struct Row {
    ledger::JobNumber job = ledger::kNoJob;
    std::uint32_t team = 0;
    std::uint32_t length = 0;
    std::array<char, ledger::kMaxUid> bytes{};

    std::string_view text() const { return {bytes.data(), length}; }
  };
  using Rows = SegmentedVector<Row>;
  struct Key {
    std::uint32_t team;
    std::string_view name;

    bool operator==(const Key&) const = default;
  };
  static Key key_of(const Row& row) { return {row.team, row.text()}; }
  static std::size_t hash_of(const Key& key);
  struct Hash {
    using is_transparent = void;
    const Rows* rows;
    std::size_t operator()(const Key& key) const { return hash_of(key); }
    std::size_t operator()(std::uint32_t row) const { return hash_of(key_of((*rows)[row])); }
  };
  struct Equal {
    using is_transparent = void;
    const Rows* rows;
    bool operator()(std::uint32_t a, std::uint32_t b) const {
      return key_of((*rows)[a]) == key_of((*rows)[b]);
    }
    bool operator()(const Key& a, std::uint32_t b) const { return a == key_of((*rows)[b]); }
    bool operator()(std::uint32_t a, const Key& b) const { return (*this)(b, a); }
  };
  /// Many small sets, so that none takes long to grow.
  using Shard = boost::unordered_flat_set<std::uint32_t, Hash, Equal>;
  static constexpr std::size_t kShards = 1024;

  static std::size_t shard_of(const Key& key) { return (hash_of(key) >> 16) % kShards; }
  /// False if the name is taken.
  bool index(std::uint32_t row);

  const JobGraph& graph_;
  Rows rows_;  ///< in the order of the jobs' numbers
  std::vector<Shard> shards_;
};

}  // namespace jobledger::projections
