#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "ledger/status.h"

namespace jobledger::ledger {

enum class BatchStatus : std::uint8_t { processing, finished, error };

constexpr std::string_view name_of(BatchStatus status) {
  switch (status) {
    case BatchStatus::processing:
      return "processing";
    case BatchStatus::finished:
      return "finished";
    case BatchStatus::error:
      return "error";
  }
  return "unknown";
}

constexpr std::optional<BatchStatus> batch_status_named(std::string_view name) {
  for (BatchStatus status : {BatchStatus::processing, BatchStatus::finished, BatchStatus::error}) {
    if (name_of(status) == name) return status;
  }
  return std::nullopt;
}

/// How the top-level jobs of a batch stand (contract, part 2, points 6 and 24).
struct BatchCounts {
  std::size_t total = 0;
  std::size_t finished = 0;
  std::size_t error = 0;  ///< cancelled ones included
  std::size_t cancelled = 0;
  std::size_t pending = 0;  ///< every one that is not final

  constexpr void add(JobStatus status) {
    ++total;
    finished += status == JobStatus::finished;
    error += status == JobStatus::error || status == JobStatus::manually_cancelled;
    cancelled += status == JobStatus::manually_cancelled;
    pending += !is_final(status);
  }
  constexpr BatchStatus status() const {
    if (pending > 0) return BatchStatus::processing;
    return finished == 0 ? BatchStatus::error : BatchStatus::finished;
  }
  bool operator==(const BatchCounts&) const = default;
};

}  // namespace jobledger::ledger
