#include "projections/entry_times.h"

#include <algorithm>

#include "projections/segments_io.h"

namespace jobledger::projections {

using ledger::TimeMs;

void EntryTimes::fold(const ledger::Entry& entry, std::size_t first, std::size_t) {
  if (first != 0) return;
  auto time = static_cast<std::uint64_t>(entry.time);
  auto high = static_cast<std::uint32_t>(time >> 32);
  if (high_.empty() || high_.back().second != high) high_.emplace_back(low_.size(), high);
  low_.push_back(static_cast<std::uint32_t>(time));
}

TimeMs EntryTimes::at(std::uint64_t entry) const {
  auto after = std::upper_bound(high_.begin(), high_.end(), entry,
                                [](std::uint64_t e, const auto& from) { return e < from.first; });
  std::uint64_t high = std::prev(after)->second;
  return static_cast<TimeMs>(high << 32 | low_[entry]);
}

std::uint64_t EntryTimes::first_at_or_after(TimeMs time) const {
  return first_where(low_.size(), [&](std::size_t entry) { return at(entry) >= time; });
}

EntryTimes::Save EntryTimes::save(std::uint64_t version) const {
  return [this, version, high = high_](ledger::ChunkSink& sink, const Locked& locked) {
    Packer out;
    for (const auto& [entry, value] : high) {
      out.number(entry);
      out.small(value);
    }
    sink.fresh("high", out.take());
    save_segments("low", low_, version, sink, locked);
  };
}

ledger::Status EntryTimes::load(std::uint64_t version, const ledger::ChunkSource& source) {
  auto high = source.read("high");
  if (!high || !load_segments("low", low_, source) || low_.size() != version) {
    return ledger::Failure{"the times of entries do not fit together"};
  }
  Unpacker in(*high);
  while (in.ok() && !in.at_end()) {
    std::uint64_t entry = in.number();
    high_.emplace_back(entry, in.small());
  }
  bool good = in.ok() && high_.empty() == low_.empty() && (high_.empty() || high_[0].first == 0);
  return good ? ledger::ok() : ledger::Status(ledger::Failure{"the times are damaged"});
}

}  // namespace jobledger::projections
