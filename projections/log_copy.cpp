#include "projections/log_copy.h"

#include "ledger/hash.h"
#include "projections/fits.h"
#include "projections/stored_entry.h"

namespace jobledger::projections {

using ledger::Entry;
using ledger::Status;

namespace {

constexpr std::size_t kWriteBytes = 4 << 20;  ///< a synced write each

}  // namespace

LogCopy::LogCopy(ledger::Store& into)
    : into_(into), batch_(into), state_(std::make_unique<State>()) {}

Status LogCopy::take(const Entry& entry, std::string_view bytes,
                     std::span<const StoredPayload> payloads) {
  Status fitting = fits(*state_, entry);
  if (!fitting) return damaged_entry(entry.index, fitting.error().message);
  if (entry.time < last_time_) {
    return damaged_entry(entry.index, "its time is before that of the entry before it");
  }
  batch_.put_entry(entry.index, bytes);
  for (const StoredPayload& payload : payloads) batch_.put_payload(payload.job, payload.row);
  tree_.append(ledger::sha256({bytes}), batch_);
  last_time_ = entry.time;
  state_->fold(entry);
  return batch_.bytes() < kWriteBytes ? ledger::ok() : flush();
}

Status LogCopy::flush() {
  tree_.flush(batch_);
  if (!batch_.empty()) {
    Status written = into_.write(batch_);
    if (!written) return written;
    batch_ = ledger::StoreBatch(into_);
  }
  state_->publish(state_->folded());
  return ledger::ok();
}

}  // namespace jobledger::projections
