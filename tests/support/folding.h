#pragma once

#include <memory>
#include <string>
#include <vector>

#include "projections/recovery.h"

namespace jobledger::tests {

/// Keeps what a recovery has to say.
struct Notes {
  std::vector<std::string> lines;

  projections::RecoveryReport report() {
    return {[this](const std::string& line) { lines.push_back(line); },
            [](const projections::FoldProgress&) {}};
  }
  /// True if a line has the text in it.
  bool say(const std::string& text) const;
};

/// A new state of the first `version` entries. Throws if they cannot be folded.
std::unique_ptr<projections::State> fold_up_to(const ledger::Store& store, std::uint64_t version);
/// Folds the state on, up to the version.
void fold_on(const ledger::Store& store, projections::State& state, std::uint64_t version);

/// Hand-made entries, folded without a writer: what no decision would give can be tried, too.
ledger::Entry entry_of(std::vector<ledger::Event> events, std::uint64_t index,
                       ledger::TimeMs time = 1000);

/// One text for one value, for comparisons that can be read.
std::string to_text(const std::vector<std::uint64_t>& numbers);

}  // namespace jobledger::tests
