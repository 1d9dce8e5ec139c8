#include "tests/support/opened_ledger.h"

#include <utility>

#include "ledger/tree_reader.h"
#include "projections/recovery.h"
#include "projections/verify.h"
#include "tests/support/folding.h"
#include "tests/support/naive_tree.h"

namespace jobledger::tests {
namespace {

constexpr const char* kDirectory = "/ledger";

/// The names of the projections that differ.
std::string differing(projections::State& one, projections::State& other) {
  std::map<std::string, std::string> digests = projections::digests(one);
  std::string names;
  for (const auto& [name, digest] : projections::digests(other)) {
    if (digests[name] != digest) names += name + " ";
  }
  return names;
}

}  // namespace

void require(bool holds, const std::string& what) {
  if (!holds) throw Violation(what);
}

ledger::Result<OpenedLedger> OpenedLedger::open(std::shared_ptr<SimulatedFiles> files) {
  OpenedLedger opened;
  opened.files = std::move(files);
  ledger::StoreOptions options;
  options.files = opened.files;
  auto store = ledger::Store::open(kDirectory, options);
  if (!store) return store.error();
  opened.store = std::move(*store);
  opened.snapshots = std::make_unique<projections::Snapshots>(*opened.store);
  Notes notes;
  auto state = projections::recover(*opened.store, *opened.snapshots, notes.report());
  if (!state) return state.error();
  opened.state = std::move(*state);
  return opened;
}

std::uint64_t OpenedLedger::check(const Told& told, Check check) const {
  auto counted = store->entry_count();
  require(counted.has_value(), "the entries cannot be counted");
  const std::uint64_t count = *counted;
  const std::string counts = std::to_string(count) + " entries, of " +
                             std::to_string(told.acknowledged) + " acknowledged and " +
                             std::to_string(told.entries.size()) + " decided";
  require(count >= told.acknowledged, "acknowledged entries are lost: there are " + counts);
  require(count <= told.entries.size(), "nobody made all these entries: there are " + counts);
  require(count == told.acknowledged || told.group_ends.contains(count),
          "a group is there in part: there are " + counts);
  for (std::uint64_t i = 0; i < count; ++i) {
    auto bytes = store->entry(i);
    require(bytes && *bytes == told.entries[i], "entry " + std::to_string(i) + " is another");
  }
  require(state->version() == count, "the recovered state is of another version");

  NaiveTree tree({told.entries.begin(), told.entries.begin() + static_cast<std::ptrdiff_t>(count)});
  auto root = ledger::TreeReader(*store).root(count);
  require(root && *root == tree.root(count), "the root hash is another");
  auto refolded = fold_up_to(*store, count);
  std::string other = differing(*state, *refolded);
  require(other.empty(), "the recovered state is not that of a fold: " + other);
  if (check == Check::state) return count;
  Notes notes;
  auto verified = projections::verify(*store, notes.report());
  require(verified.findings.empty(),
          "verify finds " + (verified.findings.empty() ? "" : verified.findings.front()));
  return count;
}

void OpenedLedger::close() {
  snapshots.reset();
  state.reset();
  store.reset();
}

const SimulatedDisk& new_ledger_disk() {
  static const SimulatedDisk disk = [] {
    SimulatedDisk empty;
    empty.create(kDirectory, true);
    empty.sync_directory("");
    std::mt19937_64 random(1);
    return empty.after(Crash::process, random);
  }();
  return disk;
}

}  // namespace jobledger::tests
