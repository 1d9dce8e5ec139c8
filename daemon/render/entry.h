#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/json/writer.h"
#include "ledger/entry.h"
#include "projections/log_reader.h"

namespace jobledger::daemon::render {

/// An entry of the ledger as JSON. `leaf_hash` is that of its leaf in the hash tree.
void entry(json::Writer& out, const ledger::Entry& entry, const ledger::Sha256& leaf_hash);

// The same in parts, for an entry that is too large to be one text.
/// Up to the first of its events.
void begin_entry(json::Writer& out, const ledger::Entry& entry);
/// Those of [first, last), between the others.
void events(json::Writer& out, const ledger::Entry& entry, std::size_t first, std::size_t last);
void end_entry(json::Writer& out, const ledger::Sha256& leaf_hash);

/// One event of an entry. `via` is the job that pulled it in, if there is one.
void event(json::Writer& out, const ledger::Event& event, const std::optional<ledger::Ulid>& via);

void actor(json::Writer& out, const ledger::Actor& actor);
/// Its members but for `address` and `client`.
void actor_members(json::Writer& out, const ledger::Actor& actor);
void texts(json::Writer& out, std::string_view name, const std::vector<std::string>& texts);
/// The member `leaseSeconds`; null: it has no end.
void lease_seconds(json::Writer& out, std::uint32_t seconds);
void text_or_null(json::Writer& out, std::string_view name, const std::string& text);
void status_or_null(json::Writer& out, std::string_view name, ledger::JobStatus status);

/// The members `index`, `time`, `type`, `outcome`, `actor`, `onBehalfOf`, `requestId`, `reason`.
void entry_head(json::Writer& out, const ledger::Entry& entry);

/// The members of every item of a list in the ledger: `index`, `time`, `actor`, `onBehalfOf`,
/// `requestId`, `reason` of the entry it comes from.
void origin(json::Writer& out, const ledger::EntryHead& head);

/// The members `cause` and `via` of an event.
void cause_and_via(json::Writer& out, const ledger::Event& event,
                   const std::optional<ledger::Ulid>& via);

}  // namespace jobledger::daemon::render
