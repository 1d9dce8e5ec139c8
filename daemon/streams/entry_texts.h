#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/entry.h"
#include "ledger/store.h"

namespace jobledger::daemon::streams {

/// Entries as JSON, as GET /ledger/v1/entries/{index} gives them. Followers ask for the same ones
/// at about the same time, so the texts of small entries are kept for a while, and a few large
/// entries, which are made into text a part at a time: however many read them at whatever pace,
/// the memory is bounded. Of one thread. Throws StorageError as LogReader does.
class EntryTexts {
 public:
  explicit EntryTexts(const ledger::Store& store) : store_(store) {}

  ledger::CommandKind kind(std::uint64_t index) { return find(index).kind; }

  /// Appends text from the event `place` on (from the beginning, if it is 0), at least some, until
  /// `out` has about `most` bytes. Gives where to go on, or nullopt if the text is whole.
  std::optional<std::size_t> append(std::uint64_t index, std::size_t place, std::string& out,
                                    std::size_t most);

 private:
  struct Kept {
    std::uint64_t index = ~std::uint64_t{0};
    ledger::CommandKind kind = ledger::CommandKind::submit_job;
    std::string text;  ///< of a small entry
    // Of a large one:
    std::shared_ptr<const ledger::Entry> entry;
    ledger::Sha256 leaf_hash{};
  };
  static constexpr std::size_t kLarge = 8;

  const Kept& find(std::uint64_t index);
  std::optional<std::size_t> append_part(const Kept& large, std::size_t place, std::string& out,
                                         std::size_t most);

  const ledger::Store& store_;
  std::vector<Kept> small_;  ///< by the index, modulo their number
  std::array<Kept, kLarge> large_;
  std::size_t next_large_ = 0;
};

}  // namespace jobledger::daemon::streams
