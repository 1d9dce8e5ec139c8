#pragma once

#include <cstdint>

#include "ledger/ids.h"
#include "ledger/status.h"

namespace jobledger::projections {

inline constexpr std::uint32_t kNone = 0xffff'ffff;

/// What never changes of a job, once the entry that created its tree is folded.
struct JobRow {
  ledger::JobId id;
  ledger::JobNumber parent = ledger::kNoJob;
  ledger::JobNumber first_child = ledger::kNoJob;
  std::uint32_t child_count = 0;
  std::uint32_t batch = kNone;  ///< number of its batch, of a top-level job
  std::uint32_t batch_index = 0;
  std::uint32_t first_change = kNone;  ///< that of its creation
  std::uint32_t template_number = 0;   ///< interned
  std::uint32_t label = 0;             ///< interned team and tags
  std::int32_t priority = 0;
  std::uint32_t total_assets = 0;
};
static_assert(sizeof(JobRow) == 56);

/// One change of a job's status: which entry made it, at which place of its events, and the change
/// of the same job before it. The status as of a version is a walk back along this chain.
struct Change {
  std::uint32_t entry_low = 0;
  std::uint32_t place = 0;
  std::uint32_t previous = kNone;
  std::uint8_t entry_high = 0;
  ledger::JobStatus status = ledger::JobStatus::none;
  std::uint8_t progress = 0;  ///< as it stood when the change ended a run
  /// The log has a text for it: an error, a reason or an address. Of a change from rendering to
  /// rendering: the worker was asked to stop (else that was withdrawn).
  std::uint8_t has_text = 0;

  std::uint64_t entry() const { return std::uint64_t{entry_high} << 32 | entry_low; }
};
static_assert(sizeof(Change) == 16);

}  // namespace jobledger::projections
