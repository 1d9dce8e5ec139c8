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
using projections::StatusSet;
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

/// Cancels jobs [first, last), or, the other way, takes that back.
void turn(State& state, JobNumber first, JobNumber last, JobStatus before, JobStatus after) {
  std::vector<ledger::Event> events;
  for (JobNumber job = first; job < last; ++job) {
    ledger::Event& event = events.emplace_back();
    event.kind = after == JobStatus::manually_cancelled ? ledger::EventKind::job_cancelled
                                                        : ledger::EventKind::job_reinstated;
    event.before = before;
    event.after = after;
    event.number = job;
    event.subject = {1, job + 1};
  }
  state.fold(entry_of(std::move(events), state.folded()));
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

TEST_CASE("few that have a status now are found among many that had it") {
  State state;
  add_jobs(state, 5000);
  JobFilter queued;
  queued.statuses = StatusSet::none().with(JobStatus::queued);
  turn(state, 0, kCount - 10, JobStatus::queued, JobStatus::manually_cancelled);
  state.publish(state.folded());
  // What left last may still be asked for. Whatever entries come drive it out.
  for (int i = 0; i < 3; ++i) state.fold_stored(entry_of({}, state.folded()));
  for (Sort sort : {Sort::oldest_first, Sort::newest_first, Sort::priority, Sort::random}) {
    Listed listed = list(state, queued, {sort, 0, 100});
    CHECK(listed.jobs.size() == 10);
    CHECK(listed.slices < 8);  // a look at all that were queued once would be 8
  }
}

TEST_CASE("a list tells of a version, however far the fold is ahead of it") {
  State state;
  add_jobs(state, 5000);
  JobFilter queued;
  queued.statuses = StatusSet::none().with(JobStatus::queued);
  JobFilter gone_ones;
  gone_ones.statuses = StatusSet::none().with(JobStatus::manually_cancelled);
  std::vector<JobNumber> gone;  // as of each version: how many of the first jobs were cancelled
  std::uint64_t begin = state.version();
  JobNumber cancelled = 0;
  auto check = [&](std::uint64_t version) {
    JobNumber first = version == begin ? 0 : gone[version - begin - 1];
    auto jobs = state.directory().list("acme", queued, {Sort::oldest_first, 0, kCount}, version,
                                       state.locked());
    CAPTURE(version, first);
    REQUIRE(jobs.size() == kCount - first);
    REQUIRE((jobs.empty() || jobs.front() == first));
    auto page = [&](const JobFilter& filter, Sort sort, std::uint64_t from) {
      return state.directory().list("acme", filter, {sort, from, 2}, version, state.locked());
    };
    REQUIRE(page(queued, Sort::oldest_first, 7) == Numbers{first + 7, first + 8});
    REQUIRE(page(queued, Sort::newest_first, 7) == Numbers{kCount - 8, kCount - 9});
    if (first > 3) {
      REQUIRE(page(gone_ones, Sort::oldest_first, 2) == Numbers{2, 3});
      REQUIRE(page(gone_ones, Sort::newest_first, 2) == Numbers{first - 3, first - 4});
    }
    REQUIRE(page(gone_ones, Sort::oldest_first, first).empty());
  };
  for (int round = 0; round < 40; ++round) {
    if (round % 7 == 6) {
      turn(state, 0, cancelled, JobStatus::manually_cancelled, JobStatus::queued);
      cancelled = 0;
    } else {
      JobNumber next = cancelled + 1 + static_cast<JobNumber>(round % 5);
      turn(state, cancelled, next, JobStatus::queued, JobStatus::manually_cancelled);
      cancelled = next;
    }
    gone.push_back(cancelled);
    // Published in jumps, up to some entries behind the fold.
    if (round % 3 == 0) {
      state.publish(std::max(state.version(), state.folded() - static_cast<unsigned>(round % 4)));
    }
    for (std::uint64_t version = begin; version <= state.version(); ++version) check(version);
  }
}

constexpr JobNumber kLarge = (1 << 19) + 5;  // of three windows

/// So many queued jobs of one team.
void add_large_team(State& state) {
  ledger::Event event;
  event.after = JobStatus::queued;
  event.detail = ledger::make_detail<ledger::Detail>(ledger::SubmissionDetail{});
  for (JobNumber job = 0; job < kLarge;) {
    std::vector<ledger::Event> events;
    for (JobNumber i = 0; i < 100'000 && job < kLarge; ++i, ++job) {
      event.number = job;
      event.subject = {1, job + 1};
      events.push_back(event);
    }
    state.fold_stored(entry_of(std::move(events), state.folded()));
  }
}

TEST_CASE("jobs that leave a status while a list is made are on it, as they were at its version") {
  State state;
  add_large_team(state);
  JobFilter queued;
  queued.statuses = StatusSet::none().with(JobStatus::queued);
  const std::uint64_t from = GENERATE(0, 1000, kLarge / 2);
  for (Sort sort : {Sort::oldest_first, Sort::newest_first, Sort::priority}) {
    std::uint64_t version = state.version();
    JobNumber left = 0;
    Numbers whole =
        state.directory().list("acme", queued, {sort, 0, kLarge}, version, state.locked());
    Numbers before = page_of(whole, {sort, from, kLarge});
    auto next = whole.begin();
    auto last = whole.end() - 1;
    auto leaves = [&](JobNumber job) {
      turn(state, job, job + 1, JobStatus::queued, JobStatus::manually_cancelled);
      state.publish(state.folded());
      ++left;
    };
    Numbers during = state.directory().list("acme", queued, {sort, from, kLarge}, version,
                                            [&](const std::function<void()>& work) {
                                              work();
                                              leaves(*next++);
                                              leaves(*last--);
                                            });
    CHECK(left > 10);
    CHECK((during == before));
  }
}

TEST_CASE("a page in the middle of a list by status takes no look at each job before it") {
  State state;
  add_large_team(state);
  turn(state, 0, kLarge - 10, JobStatus::queued, JobStatus::manually_cancelled);
  turn(state, 100, 200, JobStatus::manually_cancelled, JobStatus::queued);
  for (int i = 0; i < 4; ++i) {  // drives out what left lately
    state.publish(state.folded());
    state.fold(entry_of({}, state.folded()));
  }
  JobFilter cancelled;
  cancelled.statuses = StatusSet::none().with(JobStatus::manually_cancelled);
  Listed oldest = list(state, cancelled, {Sort::oldest_first, kLarge / 2, 3});
  CHECK(oldest.jobs == Numbers{kLarge / 2 + 100, kLarge / 2 + 101, kLarge / 2 + 102});
  CHECK(oldest.slices < 12);
  Listed newest = list(state, cancelled, {Sort::newest_first, kLarge / 2, 1});
  CHECK(newest.jobs == Numbers{kLarge - 11 - kLarge / 2});
  CHECK(newest.slices < 12);
}

TEST_CASE("the candidates of a large team are put together window by window, as far as needed") {
  State state;
  add_large_team(state);
  Listed listed = list(state, {}, {Sort::newest_first, 0, 3});
  CHECK(listed.jobs == Numbers{kLarge - 1, kLarge - 2, kLarge - 3});
  CHECK(listed.slices == 3);  // the team, the last window, and its jobs
  CHECK(list(state, {}, {Sort::priority, 0, 3}).slices >= 5);
  CHECK(list(state, {}, {Sort::oldest_first, kLarge - 1, 3}).jobs == Numbers{kLarge - 1});
}

}  // namespace
}  // namespace jobledger::tests
