#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jobledger::ledger {

/// Milliseconds since 1970-01-01T00:00:00Z. Times of entries never go back; order is the index.
using TimeMs = std::int64_t;

/// RFC 3339 in UTC with milliseconds: `2026-01-31T23:59:59.999Z`.
std::string to_rfc3339(TimeMs time);

/// Reads any RFC 3339 date-time, and a plain date as its midnight UTC; nullopt if it is neither.
/// Digits beyond milliseconds are cut off.
std::optional<TimeMs> from_rfc3339(std::string_view text);

/// The one source of wall time. The writer alone asks it for the times of entries.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimeMs now() = 0;
};

/// Never goes back, whatever is done to the clock of the machine. Any thread.
class SystemClock final : public Clock {
 public:
  TimeMs now() override;

 private:
  std::atomic<TimeMs> latest_ = 0;
};

}  // namespace jobledger::ledger
