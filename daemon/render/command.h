#pragma once

#include "daemon/json/writer.h"
#include "ledger/entry.h"

namespace jobledger::daemon::render {

/// The member `command` of an entry: what was asked for, as far as its events do not say it.
void command(json::Writer& out, const ledger::Entry& entry);

}  // namespace jobledger::daemon::render
