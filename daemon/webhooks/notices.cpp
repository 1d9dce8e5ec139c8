#include "daemon/webhooks/notices.h"

#include <algorithm>
#include <map>
#include <optional>

namespace jobledger::daemon::webhooks {
namespace {

using ledger::Event;
using ledger::EventKind;
using ledger::WebhookEvent;
using projections::BatchRow;
using projections::JobGraph;

constexpr std::size_t kSlice = 1024;  ///< jobs looked up while the fold waits

bool makes_final(const Event& event) {
  return ledger::is_final(event.after) && event.after != event.before;
}

WebhookEvent event_of(ledger::JobStatus status) {
  switch (status) {
    case ledger::JobStatus::finished:
      return WebhookEvent::job_finished;
    case ledger::JobStatus::manually_cancelled:
      return WebhookEvent::job_cancelled;
    default:
      return WebhookEvent::job_error;
  }
}

bool is_over(const JobGraph& graph, const BatchRow& batch, std::uint64_t version) {
  for (std::uint32_t i = 0; i < batch.count; ++i) {
    if (!ledger::is_final(graph.status_at(batch.first + i, version))) return false;
  }
  return true;
}

/// The batches of which the entry made top-level jobs final, by the place of the last.
std::map<std::uint32_t, std::uint32_t> batches_of(const ledger::Entry& entry,
                                                  const projections::State& state) {
  std::map<std::uint32_t, std::uint32_t> last_places;
  for (std::size_t next = 0; next < entry.events.size();) {
    state.read([&] {
      for (std::size_t end = std::min(entry.events.size(), next + kSlice); next < end; ++next) {
        const Event& event = entry.events[next];
        if (!makes_final(event)) continue;
        std::uint32_t batch = state.graph().row(event.number).batch;
        if (batch != projections::kNone) last_places[batch] = static_cast<std::uint32_t>(next);
      }
    });
  }
  std::map<std::uint32_t, std::uint32_t> by_place;
  for (auto [batch, place] : last_places) by_place.emplace(place, batch);
  return by_place;
}

/// Those that the entry brought to their end, by the place of its last event about each.
std::map<std::uint32_t, ledger::Ulid> ended_batches(const ledger::Entry& entry,
                                                    const projections::State& state) {
  std::map<std::uint32_t, ledger::Ulid> ended;
  for (auto [place, number] : batches_of(entry, state)) {
    state.read([&, which = number, at = place] {
      // Some job of it was not final before, as its event says.
      const BatchRow& batch = state.graph().batch(which);
      if (is_over(state.graph(), batch, entry.index + 1)) ended.emplace(at, batch.id);
    });
  }
  return ended;
}

}  // namespace

std::vector<Notice> notices_of(const ledger::Entry& entry, const projections::State& state) {
  std::vector<Notice> notices;
  const auto batches = ended_batches(entry, state);
  std::optional<std::uint32_t> last_cancelled;
  for (std::uint32_t place = 0; place < entry.events.size(); ++place) {
    const Event& event = entry.events[place];
    if (!makes_final(event)) continue;
    notices.push_back({event_of(event.after), place, event.subject});
    if (event.kind == EventKind::job_cancelled) last_cancelled = place;
    auto batch = batches.find(place);
    if (batch != batches.end()) {
      notices.push_back({WebhookEvent::batch_finished, place, batch->second});
    }
  }
  if (last_cancelled) notices.push_back({WebhookEvent::cascade_cancelled, *last_cancelled, {}});
  return notices;
}

}  // namespace jobledger::daemon::webhooks
