#include "daemon/streams/entry_texts.h"

#include <algorithm>

#include "daemon/render/entry.h"
#include "projections/log_reader.h"

namespace jobledger::daemon::streams {
namespace {

constexpr std::size_t kSmall = 4096;           ///< texts kept
constexpr std::size_t kSmallBytes = 4 * 1024;  ///< a longer text is not kept as such
constexpr std::size_t kSmallEvents = 16;       ///< more are not made into one text to see
constexpr std::size_t kEventsAtATime = 64;

}  // namespace

const EntryTexts::Kept& EntryTexts::find(std::uint64_t index) {
  if (small_.empty()) small_.resize(kSmall);  // nobody followed so far
  Kept& slot = small_[index % kSmall];
  if (slot.index == index) return slot;
  for (const Kept& large : large_) {
    if (large.index == index) return large;
  }
  projections::LogReader log(store_);
  Kept read;
  read.index = index;
  read.leaf_hash = log.leaf_hash(index);
  log.entry(index);
  read.entry = log.keep();
  read.kind = read.entry->command.kind;
  if (read.entry->events.size() <= kSmallEvents) {
    json::Writer out(read.text);
    render::entry(out, *read.entry, read.leaf_hash);
    if (read.text.size() <= kSmallBytes) {
      read.entry.reset();
      read.text.shrink_to_fit();
      return slot = std::move(read);
    }
    read.text.clear();
  }
  next_large_ = (next_large_ + 1) % kLarge;
  return large_[next_large_] = std::move(read);
}

std::optional<std::size_t> EntryTexts::append(std::uint64_t index, std::size_t place,
                                              std::string& out, std::size_t most) {
  const Kept& kept = find(index);
  if (kept.entry) return append_part(kept, place, out, most);
  out += kept.text;
  return std::nullopt;
}

std::optional<std::size_t> EntryTexts::append_part(const Kept& large, std::size_t place,
                                                   std::string& out, std::size_t most) {
  const ledger::Entry& entry = *large.entry;
  if (place == 0) {
    json::Writer writer(out);
    render::begin_entry(writer, entry);
  }
  while (place < entry.events.size()) {
    std::size_t last = std::min(entry.events.size(), place + kEventsAtATime);
    if (place > 0) out += ',';
    json::Writer writer(out);
    render::events(writer, entry, place, last);
    place = last;
    if (out.size() >= most && place < entry.events.size()) return place;
  }
  json::Writer writer(out);
  render::end_entry(writer, large.leaf_hash);
  return std::nullopt;
}

}  // namespace jobledger::daemon::streams
