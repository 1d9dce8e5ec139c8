#include "daemon/render/history.h"

#include <functional>
#include <optional>

#include "daemon/json/writer.h"
#include "daemon/render/entry.h"
#include "daemon/render/one_line.h"
#include "daemon/render/page_end.h"
#include "daemon/render/refusal.h"

namespace jobledger::daemon::render {
namespace {

using ledger::Entry;
using ledger::Event;
using ledger::JobNumber;

using Item = ledger::EntryExcerpt::Item;

/// Calls `visit` with each event of the job, or with null for an entry that refused a command,
/// until `text`, which they are written to, is a page. Gives the entry to go on from.
std::optional<std::uint64_t> each_item(
    const projections::State& state, projections::LogReader& log, JobNumber job,
    const projections::EntryRange& range, const std::string& text,
    const std::function<void(const Entry&, const Item*)>& visit) {
  std::size_t count = 0;
  for (std::uint64_t index : projections::entries_of_job(state, log, job, range)) {
    if (count == range.limit || (count > 0 && page_ends(text, log))) return index;
    ledger::EntryExcerpt excerpt = log.excerpt(index, job);
    if (!excerpt.entry.accepted()) visit(excerpt.entry, nullptr);
    for (const Item& item : excerpt.events) visit(excerpt.entry, &item);
    ++count;
  }
  return std::nullopt;
}

ledger::JobId id_of(const projections::State& state, JobNumber job) {
  return state.read([&] { return state.graph().row(job).id; });
}

/// The status that a refused command was judged on, if the refusal named this job.
ledger::JobStatus judged_status(const Entry& entry, const std::string& id) {
  for (const ledger::Offender& offender : entry.refusal->offenders) {
    if (offender.id == id) return offender.status;
  }
  return ledger::JobStatus::none;
}

void item(json::Writer& out, const Entry& entry, const Item* from, const std::string& id) {
  const Event* of = from ? &from->event : nullptr;
  out.begin_object();
  entry_head(out, entry);
  out.key("event");
  if (of) {
    event(out, *of, from->via);
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
    cause_and_via(out, *of, from->via);
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

std::string what(const Entry& entry, const Item* from) {
  if (!from) {
    return std::string(name_of(entry.command.kind)) + " refused: " + describe(*entry.refusal);
  }
  const Event* of = &from->event;
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
  if (from->via) text += " via " + from->via->text();
  if (const auto* end = of->as_if<ledger::EndDetail>(); end && !end->error.empty()) {
    text += ", error: " + end->error;
  }
  return text;
}

std::string line(const Entry& entry, const Item* from) {
  std::string text = ledger::to_rfc3339(entry.time) + " #" + std::to_string(entry.index) + " " +
                     what(entry, from) + ", by " + who(entry);
  if (!entry.envelope.reason.empty()) text += ", reason: " + entry.envelope.reason;
  return one_line(std::move(text)) + '\n';
}

}  // namespace

std::string history(const projections::State& state, projections::LogReader& log, JobNumber job,
                    const projections::EntryRange& range) {
  std::string id = id_of(state, job).text();
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.begin_array("items");
  auto next = each_item(state, log, job, range, text,
                        [&](const Entry& entry, const Item* from) { item(out, entry, from, id); });
  out.end_array();
  out.field("next", next);
  out.end_object();
  return text;
}

std::string history_as_text(const projections::State& state, projections::LogReader& log,
                            JobNumber job, std::uint64_t version) {
  // No line is so short that more of them would be a page.
  constexpr std::size_t kMostLines = kPageBytes / 40;
  std::string text;
  auto next = each_item(state, log, job, {0, version, kMostLines}, text,
                        [&](const Entry& entry, const Item* from) { text += line(entry, from); });
  if (next) {
    text += "there is more: read on at GET /ledger/v1/jobs/" + id_of(state, job).text() +
            "/history?from=" + std::to_string(*next) + '\n';
  }
  return text;
}

}  // namespace jobledger::daemon::render
