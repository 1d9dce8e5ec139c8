// Orders that are walked where candidates are many and sorted where they are few: a page is the
// same either way.

#include "projections/list_orders.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/folding.h"

namespace jobledger::tests {
namespace {

using ledger::JobNumber;
using ledger::JobStatus;
using projections::JobFilter;
using projections::Page;
using projections::Permutation;
using projections::Sort;
using projections::State;
using Numbers = std::vector<JobNumber>;

constexpr JobNumber kCount = 30'000;

/// No two neighbours have one priority, and few are of one.
std::int32_t priority_of(JobNumber job) {
  return static_cast<std::int32_t>(job * 2'654'435'761U % 9973) - 5000;
}

/// Jobs of one team, each `rare`th with the tag "rare", all queued.
void add_jobs(State& state, JobNumber rare) {
  for (JobNumber job = 0; job < kCount;) {
    std::vector<ledger::Event> events;
    for (JobNumber i = 0; i < 2000 && job < kCount; ++i, ++job) {
      ledger::Event& event = events.emplace_back();
      event.after = JobStatus::queued;
      event.number = job;
      event.subject = {1, job + 1};
      ledger::SubmissionDetail detail;
      detail.priority = priority_of(job);
      if (job % rare == 0) detail.tags = {"rare"};
      event.detail = ledger::make_detail<ledger::Detail>(detail);
    }
    state.fold_stored(entry_of(std::move(events), state.folded()));
  }
}

struct Listed {
  Numbers jobs;
  int slices;
};

Listed list(const State& state, const JobFilter& filter, const Page& page) {
  Listed listed{{}, 0};
  listed.jobs = state.directory().list("acme", filter, page, state.version(),
                                       [&](const std::function<void()>& work) {
                                         ++listed.slices;
                                         work();
                                       });
  return listed;
}

Numbers page_of(const Numbers& all, const Page& page) {
  auto first = std::min<std::size_t>(page.from, all.size());
  auto last = std::min<std::size_t>(first + page.limit, all.size());
  return {all.begin() + static_cast<std::ptrdiff_t>(first),
          all.begin() + static_cast<std::ptrdiff_t>(last)};
}

void check_pages(const State& state, const JobFilter& filter, Sort sort, const Numbers& all) {
  for (std::uint64_t from : {std::size_t{0}, std::size_t{3}, all.size() / 2, all.size() - 2}) {
    for (std::uint32_t limit : {1U, 7U, 1000U, 100'000U}) {
      INFO("sort " << static_cast<int>(sort) << " from " << from << " limit " << limit);
      Page page{sort, from, limit};
      REQUIRE(list(state, filter, page).jobs == page_of(all, page));
    }
  }
}

TEST_CASE("a page in random order is that of the permutation, be the candidates few or many") {
  for (JobNumber rare : {1U, 2U, 50U, 3000U, 14'000U}) {
    INFO("each " << rare << "th");
    State state;
    add_jobs(state, rare);
    Permutation permutation(kCount, state.version());
    Numbers all;
    for (std::uint32_t at = 0; at < kCount; ++at) {
      if (permutation(at) % rare == 0) all.push_back(permutation(at));
    }
    JobFilter filter;
    filter.tags = {"rare"};
    check_pages(state, filter, Sort::random, all);
  }
}

TEST_CASE(
    "a page by priority is that of a sort, be the candidates and the priorities few or many") {
  for (JobNumber rare : {1U, 2U, 50U, 3000U, 14'000U}) {
    INFO("each " << rare << "th");
    State state;
    add_jobs(state, rare);
    Numbers all;
    for (JobNumber job = 0; job < kCount; job += rare) all.push_back(job);
    std::stable_sort(all.begin(), all.end(),
                     [](JobNumber a, JobNumber b) { return priority_of(a) > priority_of(b); });
    JobFilter filter;
    filter.tags = {"rare"};
    check_pages(state, filter, Sort::priority, all);
  }
}

TEST_CASE("many priorities, and few candidates in many jobs, let the fold in or cost no walk") {
  State state;
  add_jobs(state, 5000);
  CHECK(list(state, {}, {Sort::priority, kCount - 10, 10}).slices > 9973 / 100);
  CHECK(list(state, {}, {Sort::random, kCount - 10, 10}).slices > 1);
  JobFilter filter;
  filter.tags = {"rare"};
  // A walk of the team would be 8 slices, of the levels 624.
  Listed random = list(state, filter, {Sort::random, 0, 100});
  CHECK(random.jobs.size() == 6);
  CHECK(random.slices < 8);
  Listed by_priority = list(state, filter, {Sort::priority, 0, 100});
  CHECK(by_priority.jobs.size() == 6);
  CHECK(by_priority.slices < 8);
}

TEST_CASE("the candidates of a large team are put together window by window") {
  State state;
  ledger::Event event;
  event.after = JobStatus::queued;
  event.detail = ledger::make_detail<ledger::Detail>(ledger::SubmissionDetail{});
  constexpr JobNumber kLarge = (1 << 19) + 5;
  for (JobNumber job = 0; job < kLarge;) {
    std::vector<ledger::Event> events;
    for (JobNumber i = 0; i < 100'000 && job < kLarge; ++i, ++job) {
      event.number = job;
      event.subject = {1, job + 1};
      events.push_back(event);
    }
    state.fold_stored(entry_of(std::move(events), state.folded()));
  }
  Listed listed = list(state, {}, {Sort::newest_first, 0, 3});
  CHECK(listed.jobs == Numbers{kLarge - 1, kLarge - 2, kLarge - 3});
  CHECK(listed.slices >= 5);
  CHECK(list(state, {}, {Sort::oldest_first, kLarge - 1, 3}).jobs == Numbers{kLarge - 1});
}

}  // namespace
}  // namespace jobledger::tests
