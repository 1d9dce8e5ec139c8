#include "tests/support/tampering.h"

#include <stdexcept>

#include "ledger/codec.h"
#include "ledger/hash.h"
#include "ledger/hash_tree.h"
#include "ledger/keys.h"
#include "ledger/store_cursors.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::tests {

namespace keys = ledger::keys;

namespace {

void write(ledger::Store& store, const std::function<void(ledger::StoreBatch&)>& put) {
  ledger::StoreBatch batch(store);
  put(batch);
  if (!store.write(batch)) throw std::runtime_error("the store takes no more");
}

}  // namespace

void put_entry(ledger::Store& store, std::uint64_t index, const std::string& bytes) {
  write(store, [&](ledger::StoreBatch& batch) { batch.put_entry(index, bytes); });
}

void put_tree(ledger::Store& store, const std::string& key, const std::string& row) {
  write(store, [&](ledger::StoreBatch& batch) { batch.put_tree(key, row); });
}

void forge(ledger::Store& store, std::uint64_t index, const std::string& bytes) {
  ledger::Sha256 leaf = ledger::HashTree::hash_leaf(ledger::sha256({bytes}));
  auto [key, row] = store.tree_floor(keys::tree_run(0, 0), keys::tree_run(0, index)).value();
  std::string_view hash = ledger::bytes_of(leaf);
  row.replace((index - keys::index_of_tree_key(key)) * hash.size(), hash.size(), hash);
  put_tree(store, key, row);
  put_entry(store, index, bytes);
}

void forge(ledger::Store& store, std::uint64_t index,
           const std::function<void(ledger::Entry&)>& change) {
  ledger::Entry entry = ledger::decode(store.entry(index).value()).value();
  change(entry);
  forge(store, index, ledger::encode(entry));
}

std::unique_ptr<ledger::Store> copy_without(const ledger::Store& store,
                                            const std::function<bool(std::uint64_t)>& leave_out) {
  auto copy = store_in_memory();
  ledger::EntryCursor entries(store, 0);
  while (entries.next()) {
    if (!leave_out(entries.index()))
      put_entry(*copy, entries.index(), std::string(entries.bytes()));
    ledger::Entry entry = ledger::decode(entries.bytes()).value();
    for (const ledger::Event& event : entry.events) {
      if (event.kind != ledger::EventKind::job_submitted) continue;
      std::string row = store.payload(event.subject).value();
      write(*copy, [&](ledger::StoreBatch& batch) { batch.put_payload(event.subject, row); });
    }
  }
  auto trees = store.scan_tree("", [&](std::string_view key, std::string_view row) {
    put_tree(*copy, std::string(key), std::string(row));
    return true;
  });
  if (!entries.status() || !trees) throw std::runtime_error("the store cannot be copied");
  return copy;
}

}  // namespace jobledger::tests
