#include "projections/claim_queue.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/random_history.h"

namespace jobledger::tests {
namespace {

using ledger::JobNumber;
using projections::ClaimQueue;
using Tags = std::vector<std::uint32_t>;

TEST_CASE("the highest priority goes first, then the oldest") {
  ClaimQueue queue;
  CHECK_FALSE(queue.first());
  queue.add(5, 0, {});
  queue.add(3, 0, {});
  CHECK(queue.first() == 3);
  queue.add(9, 7, {});
  CHECK(queue.first() == 9);
  queue.add(1, -7, {});
  CHECK(queue.first() == 9);
  queue.remove(9, 7, {});
  CHECK(queue.first() == 3);
  queue.remove(3, 0, {});
  queue.remove(5, 0, {});
  CHECK(queue.first() == 1);
}

TEST_CASE("a claim by tags takes a job with any of them") {
  ClaimQueue queue;
  queue.add(0, 0, {1});
  queue.add(1, 0, {2, 3});
  queue.add(2, 5, {4});
  CHECK(queue.first_with({3}) == 1);
  CHECK(queue.first_with({3, 1}) == 0);
  CHECK(queue.first_with({1, 4}) == 2);
  CHECK_FALSE(queue.first_with({9}));
  CHECK_FALSE(queue.first_with({}));
  queue.remove(1, 0, {2, 3});
  CHECK_FALSE(queue.first_with({3}));
}

TEST_CASE("a job that was requeued stands where it stood") {
  ClaimQueue queue;
  for (JobNumber job : {4, 6, 8}) queue.add(job, 0, {1});
  queue.remove(4, 0, {1});
  queue.add(4, 0, {1});
  CHECK(queue.first() == 4);
  CHECK(queue.first_with({1}) == 4);
}

TEST_CASE("what is not in the queue can be removed from it") {
  ClaimQueue queue;
  queue.remove(1, 0, {1});
  queue.add(2, 0, {1});
  queue.remove(1, 0, {1});
  CHECK(queue.first() == 2);
}

TEST_CASE("a queue keeps nothing of jobs that have left it") {
  ClaimQueue queue;
  queue.add(0, 0, {1});
  for (JobNumber job = 1; job < 1000; ++job) {
    queue.add(job, static_cast<std::int32_t>(job % 7), {job, job + 1});
    queue.remove(job, static_cast<std::int32_t>(job % 7), {job, job + 1});
  }
  CHECK(queue.bitmaps() == 2);
  CHECK(queue.first_with({1}) == 0);
  queue.remove(0, 0, {1});
  CHECK(queue.bitmaps() == 0);
  CHECK_FALSE(queue.first());
}

struct Queued {
  JobNumber job;
  std::int32_t priority;
  Tags tags;
};

std::optional<JobNumber> naive_first(const std::vector<Queued>& all, const Tags& wanted) {
  const Queued* best = nullptr;
  for (const Queued& one : all) {
    bool fits =
        wanted.empty() || std::find_first_of(one.tags.begin(), one.tags.end(), wanted.begin(),
                                             wanted.end()) != one.tags.end();
    if (!fits) continue;
    if (!best || one.priority > best->priority ||
        (one.priority == best->priority && one.job < best->job)) {
      best = &one;
    }
  }
  return best ? std::optional(best->job) : std::nullopt;
}

TEST_CASE("a queue is as good as a look at every job", "[random]") {
  std::uint64_t seed = seed_or(1);
  INFO("TEST_SEED=" << seed);
  RandomHistory random(seed);
  ClaimQueue queue;
  std::vector<Queued> all;
  for (JobNumber next = 0; next < 3000; ++next) {
    if (!all.empty() && random.one_in(2)) {
      std::size_t at = random.below(static_cast<std::uint32_t>(all.size()));
      queue.remove(all[at].job, all[at].priority, all[at].tags);
      all.erase(all.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      Tags tags;
      for (std::uint32_t tag = 0; tag < 5; ++tag) {
        if (random.one_in(4)) tags.push_back(tag);
      }
      all.push_back({next, static_cast<std::int32_t>(random.below(5)) - 2, tags});
      queue.add(all.back().job, all.back().priority, tags);
    }
    Tags wanted = {random.below(5), random.below(7)};
    REQUIRE(queue.first() == naive_first(all, {}));
    REQUIRE(queue.first_with(wanted) == naive_first(all, wanted));
  }
}

}  // namespace
}  // namespace jobledger::tests
