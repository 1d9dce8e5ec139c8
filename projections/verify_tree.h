#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "ledger/hash_tree.h"
#include "ledger/leaf_reader.h"
#include "ledger/store.h"

namespace jobledger::projections {

/// Holds the stored hash tree against the entries, and against itself: it grows another from the
/// stored leaves, and compares every row and the root. What it finds it tells `found`.
class TreeCheck {
 public:
  using Found = std::function<void(const std::string&)>;
  /// `grown` is called after each leaf with the tree so far.
  using Grown = std::function<void(const ledger::HashTree&)>;
  /// `begun` is the tree of the entries that are taken as verified, from the stored rows.
  TreeCheck(const ledger::Store& store, ledger::HashTree begun, Found found, Grown grown);

  /// Takes the leaf of an entry's bytes; indexes go up, with gaps where entries are missing. False
  /// if the tree has no leaf for it or that of other bytes.
  bool take(std::uint64_t index, const ledger::Sha256& leaf);
  /// After the last entry of a log of that length. Gives the root of the leaves in
  /// hexadecimal, empty if any is missing.
  std::string finish(std::uint64_t count);

 private:
  void grow_to(std::uint64_t size);
  void compare_row(std::string_view key, std::string_view row);
  void scan_rows(std::uint64_t count);
  void look_beyond(std::uint64_t count);

  const ledger::Store& store_;
  Found found_;
  Grown grown_;
  ledger::LeafReader leaves_;
  const std::uint64_t begun_;  ///< size at the beginning
  bool broken_ = false;        ///< a leaf is missing, where it stopped to grow
  ledger::HashTree tree_;      ///< of the stored leaves so far; stops growing where one is missing
};

}  // namespace jobledger::projections
