#include "projections/cancellations.h"

#include <algorithm>
#include <deque>

#include "projections/entry_search.h"

namespace jobledger::projections {
namespace {

using Outcome = CancellationFilter::Outcome;
using Entries = std::vector<std::uint64_t>;

const EntrySet& of_outcome(const AuditIndex& audit, Outcome outcome) {
  switch (outcome) {
    case Outcome::any:
      break;
    case Outcome::accepted:
      return audit.cancellations().accepted();
    case Outcome::refused:
      return audit.refused();
    case Outcome::undone:
      return audit.cancellations().undone();
  }
  return audit.cancellations().all();
}

/// The sets that an entry must be in; one is null if nothing can be.
std::vector<const EntrySet*> sets_of(const AuditIndex& audit, const CancellationFilter& filter) {
  std::vector<const EntrySet*> sets = {&audit.cancellations().all(),
                                       &of_outcome(audit, filter.outcome)};
  if (filter.team) sets.push_back(audit.of_team(*filter.team));
  if (!filter.actor.empty()) sets.push_back(audit.of_actor(filter.actor));
  if (!filter.on_behalf_of.empty()) sets.push_back(audit.on_behalf_of(filter.on_behalf_of));
  if (filter.type) sets.push_back(audit.of_kind(*filter.type));
  return sets;
}

}  // namespace

Entries find_cancellations(const State& state, const CancellationFilter& filter,
                           std::uint64_t version, std::size_t most) {
  const CancellationIndex& index = state.audit().cancellations();
  auto sets = state.read([&] { return sets_of(state.audit(), filter); });
  if (std::count(sets.begin(), sets.end(), nullptr) > 0) return {};
  std::deque<EntrySet> of_words;
  for (const std::string& word : filter.words) {
    sets.push_back(&of_words.emplace_back(index.words().with_word(word, state.locked())));
  }
  std::uint64_t below = std::min(filter.below, version);
  Entries found;
  // As of an earlier version some of those that are undone now were not.
  for (bool more = true; more && found.size() < most;) {
    std::size_t wanted = most - found.size();
    Entries next = filter.about ? newest_in_all(sets, *filter.about, filter.from, below, wanted,
                                                state.locked())
                                : newest_in_all(sets, filter.from, below, wanted, state.locked());
    more = next.size() == wanted;
    if (more) below = next.back();
    if (filter.outcome == Outcome::undone) {
      state.read([&] {
        std::erase_if(next, [&](std::uint64_t entry) { return !index.undone_by(entry, version); });
      });
    }
    found.insert(found.end(), next.begin(), next.end());
  }
  return found;
}

}  // namespace jobledger::projections
