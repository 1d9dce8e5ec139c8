#pragma once

#include <cstdint>
#include <optional>

#include "daemon/json/writer.h"
#include "ledger/codec.h"
#include "projections/log_reader.h"
#include "projections/state.h"

namespace jobledger::daemon::render {

/// A row of the list of cancellations: who asked for what, when and why, and how many jobs it came
/// to. Its events are counted, not read.
void cancellation(json::Writer& out, const projections::State& state,
                  const ledger::EntryOutline& outline, std::uint64_t version);

/// The same with every job of the cascade, and what became of its stops by that version.
void whole_cancellation(json::Writer& out, const projections::State& state,
                        projections::LogReader& log, std::uint64_t index, std::uint64_t version);

/// The members `undoes`, `undoneBy` and `stopRequestedBy`: entries that this one answers to, or
/// that took it back by that version.
void entry_links(json::Writer& out, const projections::State& state, const ledger::Entry& entry,
                 std::uint64_t version);

}  // namespace jobledger::daemon::render
