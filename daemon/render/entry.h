#pragma once

#include "daemon/json/writer.h"
#include "ledger/entry.h"
#include "projections/log_reader.h"

namespace jobledger::daemon::render {

/// An entry of the ledger as JSON. `leaf_hash` is that of its leaf in the hash tree.
void entry(json::Writer& out, const ledger::Entry& entry, const ledger::Sha256& leaf_hash);

/// One event of an entry.
void event(json::Writer& out, const ledger::Entry& entry, const ledger::Event& event);

void actor(json::Writer& out, const ledger::Actor& actor);
void text_or_null(json::Writer& out, std::string_view name, const std::string& text);
void status_or_null(json::Writer& out, std::string_view name, ledger::JobStatus status);

/// The members `index`, `time`, `type`, `outcome`, `actor`, `onBehalfOf`, `requestId`, `reason`.
void entry_head(json::Writer& out, const ledger::Entry& entry);

/// The member `cause` of an event, and `via`, the job that pulled it in.
void cause_and_via(json::Writer& out, const ledger::Entry& entry, const ledger::Event& event);

}  // namespace jobledger::daemon::render
