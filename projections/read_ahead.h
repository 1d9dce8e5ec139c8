#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "ledger/entry.h"
#include "ledger/result.h"
#include "ledger/store.h"
#include "ledger/store_cursors.h"

namespace jobledger::projections {

/// How much is to be found out about each entry; each includes the one before it.
enum class ReadDepth {
  hashes,    ///< the hash of its bytes
  entries,   ///< and what they decode to
  payloads,  ///< and whether its payloads are those that it names
};

/// An entry as it is stored, and what can be told of it without those before it.
struct ReadEntry {
  std::uint64_t index = 0;
  std::string_view bytes;
  ledger::Sha256 leaf{};  ///< of its bytes, as in the hash tree
  ledger::Entry entry;
  ledger::Status decoded = ledger::ok();  ///< a Failure says why `entry` is none
  /// How many of its payloads were redacted; a Failure says what is wrong with one of them.
  ledger::Result<std::size_t> redacted = std::size_t{0};
};

/// Reads a stretch of the log ahead of the one thread that takes its entries in order: the others
/// hash and decode what comes next, and so does the taker where it would have to wait. Holds a few
/// chunks of entries at a time.
class ReadAhead {
 public:
  /// The entries [first, until); fewer if the log ends before.
  ReadAhead(const ledger::Store& store, std::uint64_t first, std::uint64_t until, ReadDepth depth);
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  /// The next entry, the taker's until it asks for another. Null at the end of the stretch, and
  /// where the log cannot be read: `status` is a Failure that names the index. Throws what a helper
  /// has thrown, such as std::bad_alloc.
  ReadEntry* next();
  ledger::Status status() const;

 private:
  struct Chunk;
  class Preparer;
  bool take_chunk();
  bool prepare_chunk(Preparer& preparer);
  Chunk* read_chunk();
  std::unique_ptr<Chunk> spare_chunk();
  void fill(Chunk& chunk);
  void start_helpers();
  void help();

  const ledger::Store& store_;
  const std::uint64_t until_;
  const ReadDepth depth_;

  std::mutex reading_;  ///< the cursor is one thread's at a time; taken before `mutex_`
  ledger::EntryCursor cursor_;
  std::uint64_t next_;  ///< index that the cursor comes to next

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Chunk>> queue_;   ///< in order; not all of them prepared
  std::vector<std::unique_ptr<Chunk>> spare_;  ///< what was taken, to be used again
  bool ended_ = false;                         ///< nothing more will be queued
  bool stop_ = false;

  std::unique_ptr<Preparer> preparer_;  ///< the taker's
  std::unique_ptr<Chunk> chunk_;        ///< that it takes from
  std::size_t taken_ = 0;
  std::vector<std::thread> helpers_;
};

}  // namespace jobledger::projections
