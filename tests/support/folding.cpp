#include "tests/support/folding.h"

#include <stdexcept>

namespace jobledger::tests {

bool Notes::say(const std::string& text) const {
  for (const std::string& line : lines) {
    if (line.find(text) != std::string::npos) return true;
  }
  return false;
}

std::unique_ptr<projections::State> fold_up_to(const ledger::Store& store, std::uint64_t version) {
  auto state = std::make_unique<projections::State>();
  fold_on(store, *state, version);
  return state;
}

void fold_on(const ledger::Store& store, projections::State& state, std::uint64_t version) {
  Notes notes;
  ledger::Status folded = projections::fold_log(store, state, version, notes.report());
  if (!folded) throw std::runtime_error(folded.error().message);
}

ledger::Entry entry_of(std::vector<ledger::Event> events, std::uint64_t index,
                       ledger::TimeMs time) {
  ledger::Entry entry;
  entry.index = index;
  entry.time = time;
  entry.envelope.actor.team = "acme";
  entry.envelope.actor.name = "ann";
  entry.events = std::move(events);
  return entry;
}

std::string to_text(const std::vector<std::uint64_t>& numbers) {
  std::string text;
  for (std::uint64_t number : numbers) text += std::to_string(number) + " ";
  return text;
}

}  // namespace jobledger::tests
