#include "projections/log_reader.h"

#include <algorithm>

#include "ledger/hash.h"

namespace jobledger::projections {
namespace {

constexpr std::size_t kMostEntries = 16;
constexpr std::size_t kMostBytes = 32 << 20;  ///< but one entry is kept whatever its size

template <typename T>
T intact(std::uint64_t index, ledger::Result<T> read) {
  if (!read) {
    throw StorageError("entry " + std::to_string(index) + " is damaged: " + read.error().message);
  }
  return std::move(*read);
}

}  // namespace

const std::string& LogReader::bytes(std::uint64_t index) {
  auto at = std::find_if(kept_.begin(), kept_.end(),
                         [index](const Kept& kept) { return kept.index == index; });
  if (at != kept_.end()) {
    std::rotate(at, at + 1, kept_.end());
    return kept_.back().bytes;
  }
  ledger::Result<std::string> bytes = store_.entry(index);
  if (!bytes) throw StorageError(bytes.error().message);
  bytes_read_ += bytes->size();
  make_room(bytes->size());
  return kept_.emplace_back(Kept{index, std::move(*bytes)}).bytes;
}

void LogReader::make_room(std::size_t bytes) {
  for (const Kept& kept : kept_) bytes += kept.bytes.size();
  auto first = kept_.begin();
  for (auto left = kept_.size(); left > 0 && (left >= kMostEntries || bytes > kMostBytes); --left) {
    bytes -= first->bytes.size();
    ++first;
  }
  kept_.erase(kept_.begin(), first);
}

const ledger::Entry& LogReader::entry(std::uint64_t index) {
  if (!decoded_ || decoded_->index != index) {
    decoded_ = std::make_shared<const ledger::Entry>(intact(index, ledger::decode(bytes(index))));
  }
  return *decoded_;
}

ledger::EntryHead LogReader::head(std::uint64_t index) {
  if (decoded_ && decoded_->index == index) {
    return {index, decoded_->time, decoded_->envelope, decoded_->command.stop_entry()};
  }
  return intact(index, ledger::decode_head(bytes(index)));
}

ledger::Event LogReader::event(std::uint64_t index, std::size_t place) {
  if (decoded_ && decoded_->index == index) return decoded_->events.at(place);
  return intact(index, ledger::decode_event(bytes(index), place));
}

ledger::EntryExcerpt LogReader::excerpt(std::uint64_t index, ledger::JobNumber job) {
  return intact(index, ledger::decode_excerpt(bytes(index), job));
}

ledger::EntryOutline LogReader::outline(std::uint64_t index) {
  return intact(index, ledger::decode_outline(bytes(index)));
}

ledger::Sha256 LogReader::leaf_hash(std::uint64_t index) {
  return ledger::HashTree::hash_leaf(ledger::sha256({bytes(index)}));
}

}  // namespace jobledger::projections
