#pragma once

#include <cstdint>
#include <string>

#include "projections/log_reader.h"

namespace jobledger::daemon::render {

/// A page whose items may be of any size ends after about so much text, however many items it might
/// have, or after so much was read of the log for it.
inline constexpr std::size_t kPageBytes = 4 << 20;
inline constexpr std::uint64_t kPageBytesRead = 64 << 20;

inline bool page_ends(const std::string& text, const projections::LogReader& log) {
  return text.size() >= kPageBytes || log.bytes_read() >= kPageBytesRead;
}

}  // namespace jobledger::daemon::render
