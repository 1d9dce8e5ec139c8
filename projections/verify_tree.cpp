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
constexpr unsigned kLevels = 7;  ///< 256^7 leaves are more than there will be

std::string text_of(std::string_view key) {
  std::string what = key.front() == 't' ? "tile " : "hash ";
  return what + std::to_string(keys::index_of_tree_key(key)) + " at level " +
         std::to_string(static_cast<unsigned char>(key[1]));
}

}  // namespace

TreeCheck::TreeCheck(const ledger::Store& store, Found found, Grown grown)
    : store_(store), found_(std::move(found)), grown_(std::move(grown)), leaves_(store) {}

bool TreeCheck::take(std::uint64_t index, std::string_view bytes) {
  grow_to(index + 1);
  std::string entry = "entry " + std::to_string(index) + ": ";
  std::optional<Sha256> leaf = leaves_.leaf(index);
  if (!leaf) return found_(entry + "the hash tree has no leaf for it"), false;
  if (*leaf == HashTree::hash_leaf(ledger::sha256({bytes}))) return true;
  found_(entry + "its bytes are not those that the hash tree has the hash of");
  return false;
}

/// From the stored leaves, not from the entries: one that was changed is one finding, and not one
/// for each row above it.
void TreeCheck::grow_to(std::uint64_t size) {
  while (tree_.size() < size) {
    std::optional<Sha256> leaf = leaves_.leaf(tree_.size());
    if (!leaf) return;
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
  scan_rows(count);
  if (tree_.size() != count) return {};
  return ledger::to_hex(ledger::bytes_of(tree_.root()));
}

/// Looks for what should not be there; what should is compared as the tree grows.
void TreeCheck::scan_rows(std::uint64_t count) {
  std::uint64_t next_leaf = 0;
  std::uint64_t beyond = 0;
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
      ++beyond;
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
  if (beyond == 0) return;
  found_("the hash tree goes on beyond the " + std::to_string(count) + " entries of the log, by " +
         std::to_string(beyond) + " rows: the end of the log is gone");
}

}  // namespace jobledger::projections
