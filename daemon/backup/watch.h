#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace jobledger::daemon::backup {

/// Long work, as somebody watches it: parts of it in turn, with how far each has come.
struct Watch {
  /// What the part is called, and what it counts: `copy`, `MiB`.
  std::function<void(const std::string& part, const std::string& unit)> begin;
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
  std::function<void()> end;
  std::function<void(const std::string&)> note;  ///< something worth a line
};

}  // namespace jobledger::daemon::backup
