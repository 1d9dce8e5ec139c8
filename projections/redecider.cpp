#include "projections/redecider.h"

#include "ledger/payload.h"
#include "ledger/resubmission.h"
#include "projections/log_reader.h"
#include "projections/undoable.h"

namespace jobledger::projections {

using ledger::Entry;
using ledger::Result;
using ledger::Status;

namespace {

constexpr std::size_t kWriteBytes = 4 << 20;

std::optional<std::uint64_t>* plan_of(ledger::Command& command) {
  if (auto* jobs = std::get_if<ledger::CancelJobs>(&command)) return &jobs->options.plan;
  if (auto* batch = std::get_if<ledger::CancelBatch>(&command)) return &batch->options.plan;
  return nullptr;
}

}  // namespace

Redecider::Redecider(const ledger::Store& from, ledger::Store& into, LogCopy& copy)
    : from_(from),
      payloads_(from),
      into_(into),
      state_(copy.release_state()),
      writer_(into, *state_, copy.tree(), copy.last_time(), clock_, ids_),
      group_(into) {
  while (map_.size() < state_->version()) map_.kept();
}

Result<ledger::Receipt> Redecider::decide(const Entry& entry) {
  Result<ledger::Submission> submission = ledger::resubmission_of(entry, from_);
  if (!submission) return submission.error();
  if (Status adapted = adapt(entry, submission->command); !adapted) return adapted.error();
  clock_.begin(entry);
  ids_.begin(entry);
  writer_.set_rules(entry.rules);
  writer_.extend(group_, {&*submission, 1});
  ledger::Receipt receipt = std::move(group_.receipts.back());
  group_.receipts.clear();
  receipt.entry ? map_.kept() : map_.gone();
  if (receipt.entry && receipt.entry->accepted()) {
    if (Status kept = keep_redacted(entry); !kept) return kept.error();
  }
  if (group_.batch.bytes() < kWriteBytes) return receipt;
  if (Status flushed = flush(); !flushed) return flushed.error();
  return receipt;
}

Status Redecider::flush() {
  writer_.close(group_);
  if (group_.version <= state_->version()) return ledger::ok();
  if (Status appended = writer_.append(group_); !appended) return appended;
  group_ = ledger::PreparedGroup(into_);
  return ledger::ok();
}

/// What the command says of entries and versions, as they are in the copy.
Status Redecider::adapt(const Entry& entry, ledger::Command& command) {
  if (auto* plan = plan_of(command); plan && *plan) *plan = map_.version(**plan);
  auto* undo = std::get_if<ledger::UndoCancel>(&command);
  if (!undo) return ledger::ok();
  if (Status flushed = flush(); !flushed) return flushed;  // it is read from the log
  // What is gone, or never was, has an index that no entry had yet: that of the undo itself.
  bool was_there = undo->entry < map_.size();
  std::uint64_t index = state_->version();
  if (was_there) index = map_.index(undo->entry).value_or(index);
  if (!was_there) index = std::max(index, undo->entry);
  LogReader log(into_);
  *undo = undo_of(*state_, log, entry.envelope.actor.team, index, state_->version());
  return ledger::ok();
}

/// A body that is not the one that was sent any more stays marked as such.
Status Redecider::keep_redacted(const Entry& entry) {
  Result<std::vector<StoredPayload>> payloads = payloads_of(entry, payloads_);
  if (!payloads) return payloads.error();
  for (const StoredPayload& payload : *payloads) {
    auto row = ledger::parse_payload_row(payload.job, payload.row);
    if (row && row->redacted) group_.batch.put_payload(payload.job, payload.row);
  }
  return ledger::ok();
}

}  // namespace jobledger::projections
