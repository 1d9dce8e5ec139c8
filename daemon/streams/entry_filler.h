#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/streams/entry_cursor.h"
#include "daemon/streams/entry_texts.h"

namespace jobledger::daemon::streams {

/// A piece of a streamed answer has about so much, however large an entry is.
inline constexpr std::size_t kPieceBytes = 64 * 1024;

/// What stands around the text of an entry.
struct EntryFrame {
  void (*begin)(std::string& out, std::uint64_t index, ledger::CommandKind kind);
  std::string_view end;
};

/// Fills pieces with the entries of a cursor, one after the other.
class EntryFiller {
 public:
  /// `most` is how many entries there are to be.
  EntryFiller(EntryCursor cursor, EntryFrame frame, std::uint64_t most = ~std::uint64_t{0})
      : cursor_(std::move(cursor)), frame_(frame), left_(most) {}

  /// Appends until `out` is full; true if there is nothing more to append of the first `version`
  /// entries. On the thread of the texts.
  bool fill(std::string& out, EntryTexts& texts, std::uint64_t version);

  /// All entries before it were appended or do not fit; between entries only.
  std::uint64_t position() const { return cursor_.position(); }
  /// The last entry appended whole.
  std::optional<std::uint64_t> last() const { return last_; }
  /// Whether there were as many entries as there were to be.
  bool is_full() const { return left_ == 0; }

 private:
  struct Begun {
    std::uint64_t index;
    std::size_t place;  ///< of the event to go on with
  };

  EntryCursor cursor_;
  const EntryFrame frame_;
  std::uint64_t left_;
  std::optional<Begun> begun_;  ///< an entry of which a part was appended
  std::optional<std::uint64_t> last_;
};

}  // namespace jobledger::daemon::streams
