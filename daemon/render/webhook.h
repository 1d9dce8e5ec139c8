#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "daemon/json/writer.h"
#include "projections/log_reader.h"
#include "projections/state.h"

namespace jobledger::daemon::render {

/// A subscription as it was at a version.
struct WebhookRecord {
  projections::Webhook row;
  std::optional<ledger::TimeMs> deleted_at;
};

/// nullopt if the team has none of this id, or had not made it yet. It may be deleted.
std::optional<WebhookRecord> read_webhook(const projections::State& state, std::string_view team,
                                          ledger::WebhookId id, std::uint64_t version);

/// The members of a WebhookSubscription: all of it but the secret, with who made it and when.
void webhook_members(json::Writer& out, const WebhookRecord& webhook, projections::LogReader& log);

/// `"events": ["job.finished", …]`.
void webhook_events(json::Writer& out, ledger::WebhookEvents events);

}  // namespace jobledger::daemon::render
