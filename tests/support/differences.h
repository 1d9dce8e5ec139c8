#pragma once

#include <cstdint>
#include <string>

#include "ledger/store.h"
#include "projections/state.h"
#include "tests/support/model.h"

namespace jobledger::tests {

// What a state says, beside what the model does; empty if they agree.

/// Of each job, by the graph alone.
std::string graph_differences(const Model& model, const projections::State& state);
/// Of each job and batch, as a client reads them. Throws StorageError if that cannot be read.
std::string record_differences(const Model& model, const projections::State& state,
                               const ledger::Store& store);
/// What a cancel would have seen at the version.
std::string moment_differences(const Model& model, const projections::State& state,
                               std::uint64_t version);

}  // namespace jobledger::tests
