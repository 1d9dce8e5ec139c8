#include "projections/entry_filter.h"

#include <algorithm>
#include <iterator>

#include "projections/entry_search.h"

namespace jobledger::projections {
namespace {

using Entries = std::vector<std::uint64_t>;

/// What the filter names, as of the end of the range.
struct Named {
  std::optional<ledger::JobNumber> job;
  std::optional<std::uint32_t> batch;
  std::vector<const EntrySet*> sets;
};

/// nullopt if the filter names something that is not there: then nothing fits.
std::optional<Named> look_up(const State& state, const EntryFilter& filter, std::uint64_t version) {
  Named named;
  state.read([&] {
    const JobGraph& graph = state.graph();
    if (filter.job) named.job = graph.find(filter.reach, *filter.job, version);
    if (filter.batch) named.batch = graph.find_batch(filter.reach, *filter.batch, version);
    if (filter.reach) named.sets.push_back(state.audit().of_team(*filter.reach));
    if (filter.type) named.sets.push_back(state.audit().of_kind(*filter.type));
    if (!filter.actor.empty()) named.sets.push_back(state.audit().of_actor(filter.actor));
  });
  bool missing = filter.impossible || (filter.job && !named.job) ||
                 (filter.batch && !named.batch) ||
                 std::count(named.sets.begin(), named.sets.end(), nullptr) > 0;
  return missing ? std::nullopt : std::optional(std::move(named));
}

Entries of_both(const Entries& some, const Entries& others) {
  Entries both;
  std::set_intersection(some.begin(), some.end(), others.begin(), others.end(),
                        std::back_inserter(both));
  return both;
}

/// The first `most` of the range that are in every set, or of those given.
Entries in_sets(const State& state, const Named& named, const std::optional<Entries>& of,
                const EntryRange& range, std::size_t most) {
  if (!of) {
    return entries_in_all(named.sets, range.from, range.version, most, state.locked());
  }
  return entries_in_all(named.sets, *of, range.from, range.version, most, state.locked());
}

}  // namespace

std::vector<std::uint64_t> entries_matching(const State& state, const ledger::Store& store,
                                            const EntryFilter& filter, const EntryRange& range) {
  if (range.from >= range.version) return {};
  auto named = look_up(state, filter, range.version);
  if (!named) return {};
  LogReader log(store);
  // Entries about a job or a batch are few and are gathered; the others are walked to.
  std::optional<Entries> about;
  if (named->job) about = entries_of_job(state, log, *named->job, {range.from, range.version});
  if (!named->batch) return in_sets(state, *named, about, range, range.limit);
  if (BatchLookup lookup(state, *named->batch); lookup.prefers_entries(range)) {
    Entries found = in_sets(state, *named, about, range, range.version - range.from);
    std::erase_if(found, [&](std::uint64_t entry) { return !lookup.is_about(entry, log); });
    found.resize(std::min(found.size(), range.limit));
    return found;
  }
  Entries of_batch = entries_of_batch(state, *named->batch, range.version);
  about = about ? of_both(*about, of_batch) : std::move(of_batch);
  return in_sets(state, *named, about, range, range.limit);
}

}  // namespace jobledger::projections
