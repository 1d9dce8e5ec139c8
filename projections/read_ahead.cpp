#include "projections/read_ahead.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "ledger/codec.h"
#include "ledger/hash.h"
#include "ledger/hash_tree.h"
#include "projections/payloads.h"

namespace jobledger::projections {
namespace {

constexpr std::size_t kChunkEntries = 256;
constexpr std::size_t kChunkBytes = 256 << 10;
constexpr std::size_t kAhead = 6;  ///< chunks
constexpr unsigned kMostHelpers = 3;
constexpr std::size_t kAlignment = 8;  ///< of entries, so that they decode in place

}  // namespace

struct ReadAhead::Chunk {
  std::string bytes;  ///< of all its entries
  /// The first `count` are its own; the others are to be used again.
  std::vector<ReadEntry> entries;
  std::size_t count = 0;
  bool ready = false;
  std::exception_ptr failed;  ///< what reading or preparing it threw
};

/// What a thread needs to find out about entries by itself.
class ReadAhead::Preparer {
 public:
  Preparer(const ledger::Store& store, ReadDepth depth) : depth_(depth) {
    if (depth == ReadDepth::payloads) payloads_.emplace(store);
  }

  void prepare(Chunk& chunk) {
    for (ReadEntry& read : std::span(chunk.entries).first(chunk.count)) {
      read.leaf = ledger::HashTree::hash_leaf(ledger::sha256({read.bytes}));
      if (depth_ == ReadDepth::hashes) continue;
      read.decoded = ledger::decode(read.bytes, read.entry);
      if (payloads_ && read.decoded) read.redacted = payloads_->check(read.entry);
    }
  }

 private:
  const ReadDepth depth_;
  std::optional<StoredPayloadCheck> payloads_;
};

ReadAhead::ReadAhead(const ledger::Store& store, std::uint64_t first, std::uint64_t until,
                     ReadDepth depth)
    : store_(store),
      until_(until),
      depth_(depth),
      cursor_(store, first),
      next_(first),
      preparer_(std::make_unique<Preparer>(store, depth)) {}

ReadAhead::~ReadAhead() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  for (std::thread& helper : helpers_) helper.join();
}

ReadEntry* ReadAhead::next() {
  if (!chunk_ || taken_ == chunk_->count) {
    if (!take_chunk()) return nullptr;
  }
  return &chunk_->entries[taken_++];
}

ledger::Status ReadAhead::status() const {
  std::lock_guard lock(mutex_);
  return ended_ ? cursor_.status() : ledger::ok();
}

bool ReadAhead::take_chunk() {
  if (chunk_) start_helpers();  // it is more than a chunk
  auto is_ready = [&] { return !queue_.empty() && queue_.front()->ready; };
  std::unique_lock lock(mutex_);
  while (!is_ready()) {
    if (ended_ && queue_.empty()) return false;
    if (ended_ || queue_.size() >= kAhead) {
      changed_.wait(lock, is_ready);
    } else {
      lock.unlock();
      prepare_chunk(*preparer_);
      lock.lock();
    }
  }
  if (chunk_) spare_.push_back(std::move(chunk_));
  chunk_ = std::move(queue_.front());
  queue_.pop_front();
  taken_ = 0;
  lock.unlock();
  changed_.notify_all();
  if (chunk_->failed) std::rethrow_exception(chunk_->failed);
  return true;
}

bool ReadAhead::prepare_chunk(Preparer& preparer) {
  Chunk* chunk = read_chunk();
  if (!chunk) return false;
  if (!chunk->failed) {
    try {
      preparer.prepare(*chunk);
    } catch (...) {
      chunk->failed = std::current_exception();
    }
  }
  {
    std::lock_guard lock(mutex_);
    chunk->ready = true;
  }
  changed_.notify_all();
  return true;
}

/// Reads and queues the next chunk; null at the end. One whose reading threw is the last.
ReadAhead::Chunk* ReadAhead::read_chunk() {
  std::unique_ptr<Chunk> made = spare_chunk();
  Chunk* chunk = made.get();
  std::lock_guard reading(reading_);
  try {
    fill(*chunk);
  } catch (...) {
    chunk->failed = std::current_exception();
  }
  bool empty = chunk->count == 0 && !chunk->failed;
  {
    std::lock_guard lock(mutex_);
    ended_ = ended_ || empty || chunk->failed;
    if (!empty) queue_.push_back(std::move(made));
  }
  if (empty) changed_.notify_all();
  return empty ? nullptr : chunk;
}

std::unique_ptr<ReadAhead::Chunk> ReadAhead::spare_chunk() {
  std::unique_ptr<Chunk> chunk;
  {
    std::lock_guard lock(mutex_);
    if (!spare_.empty()) {
      chunk = std::move(spare_.back());
      spare_.pop_back();
    }
  }
  if (!chunk) chunk = std::make_unique<Chunk>();
  chunk->count = 0;
  chunk->bytes.clear();
  chunk->ready = false;
  chunk->failed = nullptr;
  return chunk;
}

void ReadAhead::fill(Chunk& chunk) {
  std::array<std::size_t, kChunkEntries> begins;
  while (chunk.count < kChunkEntries && chunk.bytes.size() < kChunkBytes && next_ < until_ &&
         cursor_.next()) {
    if (chunk.entries.size() == chunk.count) chunk.entries.emplace_back();
    begins[chunk.count] = chunk.bytes.size();
    ReadEntry& read = chunk.entries[chunk.count++];
    read.index = next_++;
    read.bytes = cursor_.bytes();  // its length; the place is set below
    chunk.bytes.append(read.bytes);
    chunk.bytes.resize((chunk.bytes.size() + kAlignment - 1) / kAlignment * kAlignment);
  }
  for (std::size_t i = 0; i < chunk.count; ++i) {
    std::string_view& bytes = chunk.entries[i].bytes;
    bytes = std::string_view(chunk.bytes).substr(begins[i], bytes.size());
  }
}

void ReadAhead::start_helpers() {
  if (!helpers_.empty()) return;
  unsigned cores = std::thread::hardware_concurrency();
  unsigned count = std::clamp(cores, 2U, kMostHelpers + 1) - 1;
  for (unsigned i = 0; i < count; ++i) helpers_.emplace_back([this] { help(); });
}

void ReadAhead::help() {
  Preparer preparer(store_, depth_);
  do {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stop_ || ended_ || queue_.size() < kAhead; });
    if (stop_ || ended_) return;
  } while (prepare_chunk(preparer));
}

}  // namespace jobledger::projections
