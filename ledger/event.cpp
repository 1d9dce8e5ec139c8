#include "ledger/event.h"

#include <array>

namespace jobledger::ledger {
namespace {

constexpr std::array<std::string_view, kEventKinds> kKindNames = {
    "JobSubmitted",  "BatchSubmitted", "JobCancelled",  "CancelSkipped",  "JobClaimed",
    "JobProgressed", "JobFinished",    "JobFailed",     "JobUnblocked",   "JobRequeued",
    "TokenCreated",  "TokenRevoked",   "StopRequested", "StopWithdrawn",  "JobReinstated",
    "KeyRotated",    "LedgerRestored", "LedgerCut",     "WebhookCreated", "WebhookDeleted"};

constexpr std::array<std::string_view, kCauses> kCauseNames = {
    "none",         "requested",      "parent",      "child",   "sibling", "batch",
    "child-failed", "child-finished", "lease-ended", "stopped", "undo"};

}  // namespace

std::string_view name_of(EventKind kind) {
  return kKindNames[static_cast<std::size_t>(kind)];
}

std::string_view name_of(Cause cause) {
  return kCauseNames[static_cast<std::size_t>(cause)];
}

bool operator==(const Event& a, const Event& b) {
  if (a.detail && b.detail && *a.detail != *b.detail) return false;
  return !a.detail == !b.detail && a.kind == b.kind && a.cause == b.cause && a.before == b.before &&
         a.after == b.after && a.number == b.number && a.via == b.via && a.subject == b.subject;
}

}  // namespace jobledger::ledger
