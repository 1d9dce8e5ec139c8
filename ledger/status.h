#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace jobledger::ledger {

/// The states of a job. The numbers are stored: never change one, only add.
enum class JobStatus : std::uint8_t {
  none = 0,  ///< before it was created
  queued = 1,
  pending = 2,  ///< a parent that waits for its children
  rendering = 3,
  finished = 4,
  error = 5,
  manually_cancelled = 6,
};
inline constexpr std::uint8_t kStatusCount = 7;

/// Only a waiting job can be cancelled.
constexpr bool is_cancellable(JobStatus status) {
  return status == JobStatus::queued || status == JobStatus::pending;
}

constexpr bool is_final(JobStatus status) {
  return status == JobStatus::finished || status == JobStatus::error ||
         status == JobStatus::manually_cancelled;
}

/// The names of API v2.
constexpr std::string_view name_of(JobStatus status) {
  switch (status) {
    case JobStatus::none:
      return "none";
    case JobStatus::queued:
      return "queued";
    case JobStatus::pending:
      return "pending";
    case JobStatus::rendering:
      return "render:dorender";
    case JobStatus::finished:
      return "finished";
    case JobStatus::error:
      return "error";
    case JobStatus::manually_cancelled:
      return "manually_cancelled";
  }
  return "unknown";
}

constexpr std::optional<JobStatus> status_named(std::string_view name) {
  for (std::uint8_t i = 1; i < kStatusCount; ++i) {
    if (name_of(static_cast<JobStatus>(i)) == name) return static_cast<JobStatus>(i);
  }
  return std::nullopt;
}

}  // namespace jobledger::ledger
