#pragma once

#include <cstdint>
#include <vector>

#include "projections/directory.h"

namespace jobledger::projections {

/// Takes candidates in the order of a list: checks each one's status at the version, passes over
/// the first of them, and stops when the page is full.
class PageTaker {
 public:
  PageTaker(const JobGraph& graph, StatusSet statuses, const Page& page, std::uint64_t version)
      : graph_(graph),
        statuses_(statuses),
        version_(version),
        pass_(page.from),
        limit_(page.limit) {}

  /// False once the page is full. One that is `sure` to have an asked status is not checked.
  bool offer(ledger::JobNumber job, bool sure) {
    if (full()) return false;
    if (!sure && !statuses_.is_all() && !statuses_.has(graph_.status_at(job, version_))) {
      return true;
    }
    if (pass_ > 0) {
      --pass_;
    } else {
      jobs_.push_back(job);
    }
    return !full();
  }

  /// How many are still to be passed over. If all candidates are sure to be on the list these can
  /// be skipped without a look.
  std::uint64_t to_pass() const { return pass_; }
  void skip(std::uint64_t count) { pass_ -= count; }

  bool full() const { return jobs_.size() >= limit_; }
  std::vector<ledger::JobNumber> take() { return std::move(jobs_); }

 private:
  const JobGraph& graph_;
  StatusSet statuses_;
  std::uint64_t version_;
  std::uint64_t pass_;
  std::size_t limit_;
  std::vector<ledger::JobNumber> jobs_;
};

/// A permutation of [0, size) that a seed chooses: random order without a list of it. Four rounds
/// of a Feistel network over the next power of four, walked until it falls in the range.
class Permutation {
 public:
  Permutation(std::uint32_t size, std::uint64_t seed);
  std::uint32_t operator()(std::uint32_t index) const;
  /// The index that comes to `value`.
  std::uint32_t inverse(std::uint32_t value) const;

 private:
  std::uint64_t round(std::uint64_t number, std::uint64_t half) const;

  std::uint32_t size_;
  unsigned half_bits_;
  std::uint64_t seed_;
};

}  // namespace jobledger::projections
