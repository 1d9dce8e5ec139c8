#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <roaring/roaring.hh>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ledger/projection.h"
#include "projections/bulk_adds.h"
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

/// Lists of jobs. Its bitmaps give candidates in the order of creation; each is then checked by its
/// status at the version asked for. Those of what never changes (team, tag, priority) only grow, as
/// do those of which statuses a job ever had. In a ledger that has run for long nearly all jobs
/// were queued once and few are: for the statuses that end there is a bitmap of the jobs that have
/// them now, too, with the ones that left them so lately that a reader may still ask for before.
class Directory final : public ledger::Projection {
 public:
  /// The graph is to be folded first.
  explicit Directory(const JobGraph& graph) : graph_(graph) {}

  std::string_view name() const override { return "directory"; }
  std::uint32_t format() const override { return 1; }
  void fold(const ledger::Entry& entry, std::size_t first, std::size_t last) override;
  /// Nothing: it follows from the job graph.
  Save save(std::uint64_t version) const override;
  ledger::Status load(std::uint64_t version, const ledger::ChunkSource& source) override;
  ledger::Status derive(std::uint64_t version) override;
  void save_derived(ledger::ChunkSink& sink) const override;

  /// The numbers of the page, as of the version. `locked` keeps the fold out for a slice of work,
  /// which is small however many jobs, tags and priorities there are.
  std::vector<ledger::JobNumber> list(std::string_view team, const JobFilter& filter,
                                      const Page& page, std::uint64_t version,
                                      const Locked& locked) const;

  /// Readers will ask for no version before `published`, or are slower if they do. To be called
  /// between entries, of which `folded` are folded.
  void forget_left(std::uint64_t published, std::uint64_t folded);

 private:
  using ByStatus = std::array<Roaring, ledger::kStatusCount>;
  struct Team {
    Roaring all;
    ByStatus ever;
    ByStatus now;                                       ///< of statuses that are not final
    std::unordered_map<std::uint32_t, Roaring> by_tag;  ///< none ever moves
    PriorityLevels by_priority;
  };
  /// Of any team.
  struct Left {
    std::uint64_t since = 0;  ///< by entries from this one on, up to those of the next one
    bool any = false;
    ByStatus jobs;
  };
  /// A list of which the parts are gathered one by one.
  struct Query {
    const Team& team;
    const JobFilter& filter;
    ledger::JobNumber last;
    std::uint64_t version;
    const Locked& locked;
  };

  /// To what there is of its team, which is given.
  template <typename Adds = SingleAdds>
  Team& add_job(ledger::JobNumber job, Adds&& adds = {});
  void change(ledger::JobNumber job, ledger::JobStatus before, ledger::JobStatus after);
  const Team* team(std::string_view name) const;
  const Left& earliest() const { return left_[(latest_ + 1) % left_.size()]; }
  void add_with_status(Roaring& to, const Query& query, ledger::JobStatus status,
                       const Roaring& among) const;
  Roaring candidates(const Query& query, std::uint64_t first, std::uint64_t last) const;
  /// Those of the window.
  Roaring gather(const Query& query, std::uint64_t window) const;
  Roaring gather_all(const Query& query) const;
  /// Leaves of what was gathered those that are on the list, if that takes no look at each: false
  /// if it would.
  bool make_sure(const Query& query, Roaring& gathered) const;
  Roaring doubtful(const Roaring& jobs) const;

  const JobGraph& graph_;
  std::deque<Team> teams_;    ///< each stays where it is while lists go over it
  Roaring reinstated_;        ///< jobs that ever left a status that is final
  std::array<Left, 3> left_;  ///< a ring; a list that is being made finds what it needs in all
  std::size_t latest_ = 0;    ///< of them; the earliest is behind it
};

}  // namespace jobledger::projections
