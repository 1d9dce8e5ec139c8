#include "projections/directory.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/folding.h"
#include "tests/support/history_run.h"

namespace jobledger::tests {
namespace {

using ledger::JobNumber;
using ledger::JobStatus;
using projections::JobFilter;
using projections::Page;
using projections::Sort;
using projections::StatusSet;
using Numbers = std::vector<JobNumber>;

const Sort kSorts[] = {Sort::oldest_first, Sort::newest_first, Sort::priority, Sort::random};

bool overlap(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::find_first_of(a.begin(), a.end(), b.begin(), b.end()) != a.end();
}

Numbers list(HistoryRun& run, const std::string& team, const JobFilter& filter, const Page& page) {
  projections::State& state = run.state();
  return state.directory().list(team, filter, page, state.version(), state.locked());
}

Numbers whole(HistoryRun& run, const std::string& team, const JobFilter& filter, Sort sort) {
  return list(run, team, filter, {sort, 0, 1'000'000});
}

/// By going through all jobs of the model; of a random order, the set.
Numbers expected(const Model& model, const std::string& team, const JobFilter& filter, Sort sort) {
  Numbers numbers;
  for (ledger::JobId id : model.jobs()) {
    const Model::Job& job = model.job(id);
    auto number = static_cast<JobNumber>(job.order);
    if (job.team == team && filter.statuses.has(job.status) &&
        (filter.tags.empty() || overlap(job.tags, filter.tags)) && number >= filter.first &&
        number < filter.last) {
      numbers.push_back(number);
    }
  }
  if (sort == Sort::newest_first) std::reverse(numbers.begin(), numbers.end());
  if (sort == Sort::priority) {
    std::stable_sort(numbers.begin(), numbers.end(), [&](JobNumber a, JobNumber b) {
      return model.job(model.jobs()[a]).priority > model.job(model.jobs()[b]).priority;
    });
  }
  return numbers;
}

Numbers page_of(const Numbers& numbers, const Page& page) {
  std::size_t first = std::min<std::size_t>(page.from, numbers.size());
  std::size_t last = std::min<std::size_t>(first + page.limit, numbers.size());
  return {numbers.begin() + static_cast<std::ptrdiff_t>(first),
          numbers.begin() + static_cast<std::ptrdiff_t>(last)};
}

void check_list(HistoryRun& run, const std::string& team, const JobFilter& filter) {
  RandomHistory& random = run.random();
  for (Sort sort : kSorts) {
    INFO(team << ", sort " << static_cast<int>(sort));
    Numbers all = whole(run, team, filter, sort);
    Numbers naive = expected(run.model(), team, filter, sort);
    if (sort == Sort::random) {
      Numbers sorted = all;
      std::sort(sorted.begin(), sorted.end());
      REQUIRE(sorted == naive);
      REQUIRE(whole(run, team, filter, sort) == all);  // a version has one random order
    } else {
      REQUIRE(all == naive);
    }
    for (int i = 0; i < 3; ++i) {
      Page page{sort, random.below(static_cast<std::uint32_t>(all.size()) + 3),
                1 + random.below(30)};
      INFO("from " << page.from << " limit " << page.limit);
      REQUIRE(list(run, team, filter, page) == page_of(all, page));
    }
  }
}

TEST_CASE("lists are those of a look at every job", "[random]") {
  for (std::uint64_t seed = seed_or(1), last = seed + 6; seed < last; ++seed) {
    INFO("TEST_SEED=" << seed);
    HistoryRun run(seed);
    run.steps(200);
    auto jobs = static_cast<std::uint32_t>(run.model().jobs().size());
    for (const std::string& team : RandomHistory::teams()) {
      check_list(run, team, {});
      for (std::uint8_t i = 1; i < ledger::kStatusCount; ++i) {
        auto status = static_cast<JobStatus>(i);
        JobFilter only;
        only.statuses = StatusSet::none().with(status);
        check_list(run, team, only);
        JobFilter but;
        but.statuses = StatusSet::all().without(status);
        check_list(run, team, but);
      }
      for (const std::string& tag : RandomHistory::tags()) {
        JobFilter filter;
        filter.tags = {tag};
        check_list(run, team, filter);
        filter.tags.push_back(run.random().any(RandomHistory::tags()));
        filter.tags.push_back("unheard");
        filter.statuses = StatusSet::none().with(JobStatus::queued).with(JobStatus::finished);
        check_list(run, team, filter);
        filter.first = run.random().below(jobs);
        filter.last = filter.first + run.random().below(jobs);
        check_list(run, team, filter);
      }
      JobFilter range;
      range.first = jobs / 3;
      range.last = jobs / 2;
      check_list(run, team, range);
    }
  }
}

TEST_CASE("what no job has is on no list") {
  HistoryRun run(seed_or(3));
  run.steps(60);
  JobFilter none;
  none.statuses = StatusSet::none();
  JobFilter unheard;
  unheard.tags = {"unheard"};
  JobFilter nowhere;
  nowhere.first = 5;
  nowhere.last = 5;
  for (Sort sort : kSorts) {
    for (const JobFilter& filter : {none, unheard, nowhere}) {
      CHECK(whole(run, "blue", filter, sort).empty());
    }
    CHECK(whole(run, "nobody", {}, sort).empty());
    projections::State& state = run.state();
    CHECK(state.directory().list("blue", {}, {sort, 0, 10}, 0, state.locked()).empty());
  }
}

TEST_CASE("the newest first is the exact reverse of the oldest first") {
  HistoryRun run(seed_or(4));
  run.steps(300);
  for (const std::string& team : RandomHistory::teams()) {
    Numbers newest = whole(run, team, {}, Sort::newest_first);
    std::reverse(newest.begin(), newest.end());
    CHECK(newest == whole(run, team, {}, Sort::oldest_first));
    CHECK(newest.size() > 5);
  }
}

TEST_CASE("pages in a row make the whole list, whatever its order") {
  HistoryRun run(seed_or(5));
  run.steps(150);
  JobFilter filter;
  filter.statuses = StatusSet::all().without(JobStatus::queued);
  for (Sort sort : kSorts) {
    Numbers pages;
    for (std::uint64_t from = 0; from < run.model().jobs().size(); from += 7) {
      for (JobNumber job : list(run, "red", filter, {sort, from, 7})) pages.push_back(job);
    }
    CHECK(pages == whole(run, "red", filter, sort));
  }
}

TEST_CASE("another version has another random order") {
  LedgerFixture ledger;
  ledger.run("submit p(a b c d e f g h i j k l m n o)");
  projections::State& state = ledger.state();
  auto order = [&](std::uint64_t version) {
    return state.directory().list("acme", {}, {Sort::random, 0, 100}, version, state.locked());
  };
  Numbers first = order(1);
  CHECK(first.size() == 16);
  ledger.run("claim a; progress a 50; finish a");
  CHECK(order(1) == first);  // as it was then, for ever
  CHECK(order(2) != first);
}

TEST_CASE("no team ever sees a job of another") {
  HistoryRun run(seed_or(6));
  run.steps(200);
  for (const std::string& team : RandomHistory::teams()) {
    for (Sort sort : kSorts) {
      for (JobNumber job : whole(run, team, {}, sort)) {
        REQUIRE(run.model().job(run.model().jobs()[job]).team == team);
      }
    }
  }
  CHECK(whole(run, "blue", {}, Sort::oldest_first).size() +
            whole(run, "red", {}, Sort::oldest_first).size() ==
        run.model().jobs().size());
}

/// Jobs of one team, every third with a tag, all queued.
std::unique_ptr<projections::State> many_jobs(JobNumber count) {
  auto state = std::make_unique<projections::State>();
  for (JobNumber job = 0; job < count;) {
    std::vector<ledger::Event> events;
    for (JobNumber i = 0; i < 2000 && job < count; ++i, ++job) {
      ledger::Event& event = events.emplace_back();
      event.after = JobStatus::queued;
      event.number = job;
      event.subject = {1, job + 1};
      ledger::SubmissionDetail detail;
      if (job % 3 == 0) detail.tags = {"third"};
      event.detail = ledger::make_detail<ledger::Detail>(detail);
    }
    state->fold_stored(entry_of(std::move(events), state->folded()));
  }
  return state;
}

TEST_CASE("lists go over the borders of 65536 jobs") {
  constexpr JobNumber kCount = 140'000;
  auto state = many_jobs(kCount);
  JobFilter third;
  third.tags = {"third"};
  auto first_of = [&](const JobFilter& filter, Sort sort, std::uint64_t from) {
    Numbers two =
        state->directory().list("acme", filter, {sort, from, 2}, state->version(), state->locked());
    return two.size() == 2 ? std::pair(two[0], two[1]) : std::pair(kCount, kCount);
  };
  for (JobNumber from :
       {0U, 1U, 40'000U, 65'534U, 65'535U, 65'536U, 65'537U, 131'071U, 131'072U, 139'998U}) {
    INFO("from " << from);
    CHECK(first_of({}, Sort::oldest_first, from) == std::pair(from, from + 1));
    CHECK(first_of({}, Sort::priority, from) == std::pair(from, from + 1));
    CHECK(first_of({}, Sort::newest_first, from) ==
          std::pair(kCount - 1 - from, kCount - 2 - from));
    JobFilter range;
    range.first = from;
    CHECK(first_of(range, Sort::oldest_first, 0) == std::pair(from, from + 1));
    range = {};
    range.last = from + 2;
    CHECK(first_of(range, Sort::newest_first, 0) == std::pair(from + 1, from));
    JobFilter queued = range;
    queued.statuses = StatusSet::none().with(JobStatus::queued);
    CHECK(first_of(queued, Sort::newest_first, 0) == std::pair(from + 1, from));
    CHECK(first_of(queued, Sort::oldest_first, from) == std::pair(from, from + 1));
  }
  for (JobNumber from : {0U, 21'844U, 21'845U, 21'846U, 43'690U, 43'691U, 46'664U}) {
    INFO("from " << from);
    CHECK(first_of(third, Sort::oldest_first, from) == std::pair(3 * from, 3 * from + 3));
    CHECK(first_of(third, Sort::newest_first, from) ==
          std::pair(139'998 - 3 * from, 139'995 - 3 * from));
  }
  CHECK(first_of({}, Sort::oldest_first, kCount).first == kCount);
  CHECK(first_of({}, Sort::newest_first, kCount).first == kCount);
  CHECK(first_of({}, Sort::newest_first, kCount + 5).first == kCount);

  Numbers random = state->directory().list("acme", third, {Sort::random, 0, kCount},
                                           state->version(), state->locked());
  std::sort(random.begin(), random.end());
  REQUIRE(random.size() == 46'667);
  for (JobNumber i = 0; i < random.size(); ++i) REQUIRE(random[i] == 3 * i);
}

TEST_CASE("a set of statuses knows its own") {
  StatusSet some = StatusSet::none().with(JobStatus::error).with(JobStatus::queued);
  CHECK(some.has(JobStatus::error));
  CHECK_FALSE(some.has(JobStatus::manually_cancelled));
  CHECK_FALSE(some.is_all());
  CHECK(StatusSet::all().is_all());
  CHECK_FALSE(some.without(JobStatus::error).has(JobStatus::error));
}

}  // namespace
}  // namespace jobledger::tests
