#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace jobledger::daemon::json {

/// Where a text stops being acceptable JSON, and why.
struct Fault {
  std::size_t offset = 0;
  std::string what;
};

/// Reads slowly and strictly, byte by byte; only for texts that were refused already. nullopt if
/// there is no fault but perhaps duplicate names.
std::optional<Fault> find_fault(std::string_view text, std::size_t max_depth);

/// `line 3, column 7`, both from 1, columns in bytes.
std::string place_in(std::string_view text, std::size_t offset);

}  // namespace jobledger::daemon::json
