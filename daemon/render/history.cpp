#include "daemon/render/history.h"

#include <functional>

#include "daemon/render/entry.h"
#include "daemon/render/refusal.h"
#include "projections/history.h"

namespace jobledger::daemon::render {
namespace {

using ledger::Entry;
using ledger::Event;
using ledger::JobNumber;

/// Calls `visit` with each event of the job, or with null for an entry that refused a command.
void each_item(const projections::State& state, projections::LogReader& log, JobNumber job,
               std::uint64_t version,
               const std::function<void(const Entry&, const Event*)>& visit) {
  for (std::uint64_t index : projections::entries_of_job(state, log, job, version)) {
    const Entry& entry = log.entry(index);
    if (!entry.accepted()) {
      visit(entry, nullptr);
      continue;
    }
    for (const Event& event : entry.events) {
      if (event.number == job) visit(entry, &event);
    }
  }
}

/// The status that a refused command was judged on, if the refusal named this job.
ledger::JobStatus judged_status(const Entry& entry, const std::string& id) {
  for (const ledger::Offender& offender : entry.refusal->offenders) {
    if (offender.id == id) return offender.status;
  }
  return ledger::JobStatus::none;
}

void item(json::Writer& out, const Entry& entry, const Event* of, const std::string& id) {
  out.begin_object();
  entry_head(out, entry);
  out.key("event");
  if (of) {
    event(out, entry, *of);
  } else {
    out.null();
  }
  out.key("refusal");
  if (entry.refusal) {
    refusal(out, *entry.refusal);
  } else {
    out.null();
  }
  ledger::JobStatus judged = of ? ledger::JobStatus::none : judged_status(entry, id);
  status_or_null(out, "before", of ? of->before : judged);
  status_or_null(out, "after", of ? of->after : judged);
  if (of) {
    cause_and_via(out, entry, *of);
  } else {
    out.field("cause", nullptr);
    out.field("via", nullptr);
  }
  out.end_object();
}

std::string who(const Entry& entry) {
  const ledger::Actor& actor = entry.envelope.actor;
  std::string text = actor.name;
  if (!actor.on_behalf_of.empty()) text += " for " + actor.on_behalf_of;
  return text;
}

std::string what(const Entry& entry, const Event* of) {
  if (!of) {
    return std::string(name_of(entry.command.kind)) + " refused: " + describe(*entry.refusal);
  }
  std::string text(name_of(of->kind));
  if (of->before == of->after) {
    text += ": " + std::string(name_of(of->after));
  } else if (of->before == ledger::JobStatus::none) {
    text += ": " + std::string(name_of(of->after));
  } else {
    text += ": " + std::string(name_of(of->before)) + " -> " + std::string(name_of(of->after));
  }
  if (const auto* progress = of->as_if<ledger::ProgressDetail>()) {
    text += " " + std::to_string(progress->progress) + " %";
  }
  if (of->cause != ledger::Cause::none) text += ", cause " + std::string(name_of(of->cause));
  if (of->via != ledger::kNoPlace) text += " via " + entry.events[of->via].subject.text();
  if (const auto* end = of->as_if<ledger::EndDetail>(); end && !end->error.empty()) {
    text += ", error: " + end->error;
  }
  return text;
}

/// A reason or an error may hold line ends; a line of the log may not.
std::string on_one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
  }
  return text;
}

}  // namespace

void history(json::Writer& out, const projections::State& state, projections::LogReader& log,
             JobNumber job, std::uint64_t version) {
  std::string id = state.read([&] { return state.graph().row(job).id; }).text();
  out.begin_array();
  each_item(state, log, job, version,
            [&](const Entry& entry, const Event* event) { item(out, entry, event, id); });
  out.end_array();
}

std::string history_as_text(const projections::State& state, projections::LogReader& log,
                            JobNumber job, std::uint64_t version) {
  std::string text;
  each_item(state, log, job, version, [&](const Entry& entry, const Event* event) {
    std::string line = ledger::to_rfc3339(entry.time) + " #" + std::to_string(entry.index) + " " +
                       what(entry, event) + ", by " + who(entry);
    if (!entry.envelope.reason.empty()) line += ", reason: " + entry.envelope.reason;
    text += on_one_line(std::move(line)) + '\n';
  });
  return text;
}

}  // namespace jobledger::daemon::render
