#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <roaring/roaring.hh>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/projection.h"
#include "projections/job_graph.h"

namespace jobledger::projections {

enum class Sort : std::uint8_t { oldest_first, newest_first, priority, random };

/// A set of statuses.
class StatusSet {
 public:
  static StatusSet all() { return StatusSet(0x7e); }
  static StatusSet none() { return StatusSet(0); }

  StatusSet with(ledger::JobStatus status) const { return StatusSet(bits_ | bit(status)); }
  StatusSet without(ledger::JobStatus status) const { return StatusSet(bits_ & ~bit(status)); }
  bool has(ledger::JobStatus status) const { return bits_ & bit(status); }
  bool is_all() const { return (bits_ & 0x7e) == 0x7e; }

 private:
  explicit StatusSet(unsigned bits) : bits_(bits) {}
  static unsigned bit(ledger::JobStatus status) { return 1U << static_cast<unsigned>(status); }
  unsigned bits_;
};

struct JobFilter {
  StatusSet statuses = StatusSet::all();
  std::vector<std::string> tags;  ///< any overlap; empty: no matter which
  ledger::JobNumber first = 0;    ///< numbers in [first, last): a range of creation
  ledger::JobNumber last = ledger::kNoJob;
};

struct Page {
  Sort sort = Sort::oldest_first;
  std::uint64_t from = 0;  ///< how many to pass over
  std::uint32_t limit = 100;
};

/// Highest first.
using PriorityLevels = std::map<std::int32_t, Roaring, std::greater<>>;

/// Lists of jobs. Its bitmaps only grow: what never changes (team, tag, priority), and which
/// statuses a job ever had. They give candidates in the order of creation; each is then checked by
/// its status at the version asked for.
class Directory final : public ledger::Projection {
 public:
  /// The graph is to be folded, or loaded, first.
  explicit Directory(const JobGraph& graph) : graph_(graph) {}

  std::string_view name() const override { return "directory"; }
  std::uint32_t format() const override { return 1; }
  void fold(const ledger::Entry& entry, std::size_t first, std::size_t last) override;
  /// Nothing: it follows from the job graph.
  Save save(std::uint64_t version) const override;
  ledger::Status load(std::uint64_t version, const ledger::ChunkSource& source) override;
  void save_derived(ledger::ChunkSink& sink) const override;

  /// The numbers of the page, as of the version. `locked` keeps the fold out for a slice of work,
  /// which is small however many jobs, tags and priorities there are.
  std::vector<ledger::JobNumber> list(std::string_view team, const JobFilter& filter,
                                      const Page& page, std::uint64_t version,
                                      const Locked& locked) const;

 private:
  struct Team {
    Roaring all;
    std::array<Roaring, ledger::kStatusCount> ever;  ///< by status
    boost::unordered_flat_map<std::uint32_t, Roaring> by_tag;
    PriorityLevels by_priority;
  };

  void add_job(ledger::JobNumber job);
  void add_status(ledger::JobNumber job, ledger::JobStatus status);
  const Team* team(std::string_view name) const;
  Roaring candidates(const Team& team, const JobFilter& filter, std::uint64_t first,
                     std::uint64_t last) const;
  Roaring gather(const Team& team, const JobFilter& filter, ledger::JobNumber last,
                 const Locked& locked) const;

  const JobGraph& graph_;
  std::deque<Team> teams_;  ///< each stays where it is while lists go over it
};

}  // namespace jobledger::projections
