#pragma once

#include <cstdint>
#include <map>

#include "projections/log_reader.h"

namespace jobledger::daemon::render {

/// Entries without their events, each read once for one answer.
class EntryFrames {
 public:
  explicit EntryFrames(projections::LogReader& log) : log_(log) {}

  const ledger::Entry& at(std::uint64_t index) {
    auto it = frames_.find(index);
    if (it == frames_.end()) it = frames_.emplace(index, log_.outline(index).entry).first;
    return it->second;
  }

 private:
  projections::LogReader& log_;
  std::map<std::uint64_t, ledger::Entry> frames_;
};

}  // namespace jobledger::daemon::render
