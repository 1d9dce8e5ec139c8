#include "projections/verify_tree.h"

#include "ledger/hash.h"
#include "ledger/keys.h"

namespace jobledger::projections {

using ledger::HashTree;
using ledger::Sha256;
namespace keys = ledger::keys;

namespace {

constexpr std::size_t kHashSize = sizeof(Sha256);
constexpr std::size_t kKeySize = 10;
constexpr std::uint64_t kLast = ~std::uint64_t{0};
constexpr unsigned kLevels = 7;  ///< 256^7 leaves are more than there will be

std::string text_of(std::string_view key) {
  std::string what = key.front() == 't' ? "tile " : "hash ";
  return what + std::to_string(keys::index_of_tree_key(key)) + " at level " +
         std::to_string(static_cast<unsigned char>(key[1]));
}

std::string goes_beyond(std::uint64_t count) {
  return "the hash tree goes on beyond the " + std::to_string(count) +
         " entries of the log: the end of the log is gone";
}

}  // namespace

TreeCheck::TreeCheck(const ledger::Store& store, HashTree begun, Found found, Grown grown)
    : store_(store),
      found_(std::move(found)),
      grown_(std::move(grown)),
      leaves_(store),
      begun_(begun.size()),
      tree_(std::move(begun)) {}

bool TreeCheck::take(std::uint64_t index, const Sha256& leaf) {
  grow_to(index + 1);
  std::optional<Sha256> stored = leaves_.leaf(index);
  if (stored && *stored == leaf) return true;
  std::string entry = "entry " + std::to_string(index) + ": ";
  found_(entry + (stored ? "its bytes are not those that the hash tree has the hash of"
                         : "the hash tree has no leaf for it"));
  return false;
}

/// From the stored leaves, not from the entries: one that was changed is one finding, and not one
/// for each row above it.
void TreeCheck::grow_to(std::uint64_t size) {
  while (tree_.size() < size && !broken_) {
    std::optional<Sha256> leaf = leaves_.leaf(tree_.size());
    broken_ = !leaf;
    if (broken_) return;
    tree_.grow(*leaf, [&](auto key, auto row) { compare_row(key, row); });
    grown_(tree_);
  }
}

void TreeCheck::compare_row(std::string_view key, std::string_view row) {
  auto stored = store_.tree_row(key);
  if (stored && *stored == row) return;
  found_("the hash tree: " + text_of(key) +
         (stored ? " is not what the leaves below it give" : " is missing"));
}

std::string TreeCheck::finish(std::uint64_t count) {
  grow_to(count);
  auto loaded = HashTree::load(store_, count);
  if (!loaded) {
    found_(loaded.error().message);
  } else if (tree_.size() == count && loaded->root() != tree_.root()) {
    found_("the hash tree: its root is not what its leaves give");
  }
  begun_ == 0 ? scan_rows(count) : look_beyond(count);
  if (tree_.size() != count) return {};
  return ledger::to_hex(ledger::bytes_of(tree_.root()));
}

/// Looks for what should not be there; what should is compared as the tree grows.
void TreeCheck::scan_rows(std::uint64_t count) {
  std::uint64_t next_leaf = 0;
  bool beyond = false;
  auto visit = [&](std::string_view key, std::string_view row) {
    bool is_tile = key.substr(0, 1) == "t";
    if (key.size() != kKeySize || (!is_tile && key.front() != 'r') ||
        static_cast<unsigned char>(key[1]) >= kLevels) {
      found_("the hash tree: a row is of no known kind");
      return true;
    }
    unsigned level = static_cast<unsigned char>(key[1]);
    std::uint64_t number = keys::index_of_tree_key(key);
    bool is_leaves = !is_tile && level == 0;
    std::uint64_t hashes = is_leaves ? row.size() / kHashSize : 1;
    std::uint64_t wanted = is_leaves ? count : count >> (8 * (level + is_tile));
    if (number >= wanted || hashes > wanted - number) {
      beyond = true;
    } else if (is_leaves) {
      if (number != next_leaf || row.empty() || row.size() % kHashSize != 0) {
        found_("the hash tree: its leaves do not follow on each other at " +
               std::to_string(number));
      }
      next_leaf = number + hashes;
    }
    return true;
  };
  ledger::Status scanned = store_.scan_tree("", visit);
  if (!scanned) found_(scanned.error().message);
  if (beyond) found_(goes_beyond(count));
}

/// The same without a look at every row.
void TreeCheck::look_beyond(std::uint64_t count) {
  bool beyond = HashTree::stored_leaves(store_) > count;
  for (std::size_t level = 0; level < kLevels; ++level) {
    auto last = store_.tree_floor(keys::tree_tile(level, 0), keys::tree_tile(level, kLast));
    std::uint64_t tiles = count >> (8 * (level + 1));
    beyond = beyond || (last && keys::index_of_tree_key(last->first) >= tiles);
  }
  if (beyond) found_(goes_beyond(count));
}

}  // namespace jobledger::projections
