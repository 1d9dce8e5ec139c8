#include "projections/key_in_use.h"

#include "ledger/assert.h"
#include "projections/entry_search.h"
#include "projections/log_reader.h"

namespace jobledger::projections {

std::vector<KeyChange> key_changes(const State& state, const ledger::Store& store,
                                   std::uint64_t version) {
  LogReader log(store);
  std::vector<KeyChange> changes;
  const EntrySet* of_kind = state.audit().of_kind(ledger::CommandKind::rotate_key);
  for (std::uint64_t index :
       entries_in_all({of_kind}, 0, version, ~std::size_t{0}, state.locked())) {
    const ledger::Entry& entry = log.entry(index);
    if (entry.refusal) continue;
    const auto& detail = entry.events.at(0).as<ledger::KeyDetail>();
    changes.push_back({index, detail.before, detail.after});
  }
  return changes;
}

ledger::SigningKey key_in_use(const ledger::SigningKeys& keys, const State& state,
                              const ledger::Store& store) {
  JL_ASSERT(!keys.empty());
  ledger::SigningKey current = keys.all().front();
  for (const KeyChange& change : key_changes(state, store, state.version())) {
    if (const ledger::SigningKey* key = keys.find(change.after)) current = *key;
  }
  return current;
}

}  // namespace jobledger::projections
