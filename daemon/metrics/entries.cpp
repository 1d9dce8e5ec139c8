#include "daemon/metrics/entries.h"

#include <algorithm>
#include <array>
#include <string>

namespace jobledger::daemon::metrics {
namespace {

using ledger::CommandKind;
using ledger::Entry;
using ledger::EventKind;
using ledger::RefusalCode;

constexpr std::array kCancels = {CommandKind::cancel_job, CommandKind::cancel_jobs,
                                 CommandKind::cancel_batch, CommandKind::undo_cancel};
constexpr std::array kReports = {CommandKind::report_progress, CommandKind::finish_job,
                                 CommandKind::fail_job, CommandKind::report_stopped};

template <typename Kinds>
bool is_one_of(const Kinds& kinds, CommandKind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

std::size_t place_of(CommandKind kind, bool accepted = true) {
  return 2 * static_cast<std::size_t>(kind) + (accepted ? 0 : 1);
}

Labels type_and_outcome(std::size_t place) {
  return {{"type", std::string(ledger::name_of(static_cast<CommandKind>(place / 2)))},
          {"outcome", place % 2 == 0 ? "accepted" : "refused"}};
}

bool is_late_report(const Entry& entry) {
  return entry.refusal && is_one_of(kReports, entry.command.kind) &&
         (entry.refusal->code == RefusalCode::stale_lease ||
          entry.refusal->code == RefusalCode::job_final);
}

}  // namespace

Entries::Entries(Registry& registry)
    : entries_(registry, "jobledger_entries_total",
               "Entries that were made, by their type and whether the command was carried out.",
               2 * ledger::kCommandKinds, type_and_outcome),
      cancellations_(
          registry, "jobledger_cancellations_total",
          "Entries that cancelled jobs, asked for stops or undid that, or were to; those "
          "of the system included, as when a child fails.",
          2 * ledger::kCommandKinds, type_and_outcome),
      cancelled_(registry, "jobledger_jobs_cancelled_total",
                 "Jobs that were cancelled, by what drew them in.", ledger::kCauses,
                 [](std::size_t cause) {
                   auto name = ledger::name_of(static_cast<ledger::Cause>(cause));
                   return Labels{{"cause", std::string(name)}};
                 }),
      events_(registry, "jobledger_events_total", "Events of the entries that were made.",
              ledger::kEventKinds,
              [](std::size_t kind) {
                auto name = ledger::name_of(static_cast<EventKind>(kind));
                return Labels{{"event", std::string(name)}};
              }),
      late_reports_(registry, "jobledger_late_reports_total",
                    "Reports of workers that no longer held the job, once for each lease and kind.",
                    ledger::kCommandKinds,
                    [](std::size_t kind) {
                      auto name = ledger::name_of(static_cast<CommandKind>(kind));
                      return Labels{{"type", std::string(name)}};
                    }),
      leases_expired_(registry, "jobledger_leases_expired_total",
                      "Leases that ended without a sign of life of their worker.", 1,
                      [](std::size_t) { return Labels{}; }) {
  for (CommandKind kind : kCancels) {
    cancellations_.make(place_of(kind));
    cancellations_.make(place_of(kind, false));
  }
  for (std::size_t cause = 1; cause < ledger::kCauses; ++cause) cancelled_.make(cause);
  for (std::size_t kind = 0; kind < ledger::kEventKinds; ++kind) events_.make(kind);
  for (CommandKind kind : kReports) late_reports_.make(static_cast<std::size_t>(kind));
  leases_expired_.make(0);
}

void Entries::follow(const Entry& entry) {
  const CommandKind kind = entry.command.kind;
  entries_.add(place_of(kind, entry.accepted()));
  if (is_late_report(entry)) late_reports_.add(static_cast<std::size_t>(kind));
  if (entry.accepted() && kind == CommandKind::expire_lease) leases_expired_.add(0);
  follow_events(entry);
}

/// An entry may have thousands of events: each counter is touched once.
void Entries::follow_events(const Entry& entry) {
  std::array<std::size_t, ledger::kEventKinds> kinds{};
  std::array<std::size_t, ledger::kCauses> causes{};
  for (const ledger::Event& event : entry.events) {
    ++kinds[static_cast<std::size_t>(event.kind)];
    if (event.kind == EventKind::job_cancelled) ++causes[static_cast<std::size_t>(event.cause)];
  }
  auto happened = [&](EventKind kind) { return kinds[static_cast<std::size_t>(kind)] > 0; };
  if (is_one_of(kCancels, entry.command.kind) || happened(EventKind::job_cancelled) ||
      happened(EventKind::stop_requested)) {
    cancellations_.add(place_of(entry.command.kind, entry.accepted()));
  }
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    if (kinds[kind] > 0) events_.add(kind, kinds[kind]);
  }
  for (std::size_t cause = 0; cause < causes.size(); ++cause) {
    if (causes[cause] > 0) cancelled_.add(cause, causes[cause]);
  }
}

}  // namespace jobledger::daemon::metrics
