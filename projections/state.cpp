#include "projections/state.h"

#include <algorithm>

namespace jobledger::projections {
namespace {

constexpr std::size_t kSlice = 2048;  ///< events folded while readers wait

}  // namespace

State::State() = default;

std::array<ledger::Projection*, 8> State::projections() {
  return {&times_, &graph_, &names_, &directory_, &audit_, &tokens_, &keys_, &webhooks_};
}

void State::fold(const ledger::Entry& entry) {
  std::lock_guard whole(entry_mutex_);
  JL_ASSERT(entry.index == folded());
  std::size_t count = entry.events.size();
  for (std::size_t first = 0; first == 0 || first < count; first += kSlice) {
    fold_slice(entry, first, std::min(count, first + kSlice));
  }
}

void State::fold_slice(const ledger::Entry& entry, std::size_t first, std::size_t last) {
  std::unique_lock lock(mutex_);
  if (first == 0) {
    graph_.forget_ended_runs(version());
    directory_.forget_left(version(), folded());
  }
  for (ledger::Projection* projection : projections()) projection->fold(entry, first, last);
}

void State::publish(std::uint64_t version) {
  JL_ASSERT(version >= version_.load(std::memory_order_relaxed));
  version_.store(version, std::memory_order_release);
  if (published_) published_(version);
}

State::Capture State::capture() {
  std::lock_guard whole(entry_mutex_);
  Capture capture{folded(), {}};
  for (ledger::Projection* projection : projections()) {
    capture.saves.push_back(projection->save(capture.version));
  }
  return capture;
}

}  // namespace jobledger::projections
