#pragma once

#include <cstdint>
#include <vector>

#include "ledger/entry.h"
#include "ledger/webhook.h"
#include "projections/state.h"

namespace jobledger::daemon::webhooks {

/// Something in an entry that a webhook can be told of.
struct Notice {
  ledger::WebhookEvent event = ledger::WebhookEvent::job_finished;
  std::uint32_t place = 0;  ///< of the event in the entry that it comes from
  ledger::Ulid subject;     ///< the job or the batch; nil: the entry

  bool operator==(const Notice&) const = default;
};

/// What an entry tells of, the same whenever it is asked: each job that became final by it; each
/// batch of which it made the last top-level job final; and, if it cancelled a job, itself. In the
/// order of the events, a batch and the entry behind their last. Not within State::read.
std::vector<Notice> notices_of(const ledger::Entry& entry, const projections::State& state);

}  // namespace jobledger::daemon::webhooks
