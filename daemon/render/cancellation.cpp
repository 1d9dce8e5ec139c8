#include "daemon/render/cancellation.h"

#include <algorithm>
#include <vector>

#include "daemon/render/entry.h"
#include "daemon/render/refusal.h"

namespace jobledger::daemon::render {
namespace {

using ledger::CommandKind;
using ledger::CommandRecord;
using ledger::Entry;
using ledger::Event;
using ledger::EventKind;

constexpr std::size_t kSlice = 1024;  ///< jobs looked up while the fold waits

/// What an entry of this kind does to jobs: the name of their number, and of their list.
struct Part {
  EventKind kind;
  const char* count;
  const char* list;
};
constexpr Part kParts[] = {
    {EventKind::job_cancelled, "cancelled", "jobsCancelled"},
    {EventKind::cancel_skipped, "skipped", "jobsSkipped"},
    {EventKind::stop_requested, "stopping", "jobsStopping"},
    {EventKind::job_failed, "failed", "jobsFailed"},
    {EventKind::job_reinstated, "reinstated", "jobsReinstated"},
    {EventKind::stop_withdrawn, "withdrawn", "jobsWithdrawn"},
};

/// What set it off, if nobody asked for it.
const char* own_cause(CommandKind kind) {
  switch (kind) {
    case CommandKind::fail_job:
      return "child-failed";
    case CommandKind::expire_lease:
      return "lease-ended";
    case CommandKind::report_stopped:
      return "stopped";
    default:
      return nullptr;
  }
}

void asked_for(json::Writer& out, const ledger::EntryOutline& outline) {
  const CommandRecord& command = outline.entry.command;
  bool of_batch = command.kind == CommandKind::cancel_batch;
  out.begin_array("jobs");
  if (!of_batch) {
    for (ledger::Ulid job : outline.requested) out.value(job);
    for (ledger::Ulid job : command.subjects) out.value(job);
    for (const std::string& job : command.impossible) out.string(job);
  }
  out.end_array();
  out.key("batchId");
  if (of_batch && !command.subjects.empty()) {
    out.value(command.subjects.front());
  } else if (of_batch && !command.impossible.empty()) {
    out.value(command.impossible.front());
  } else {
    out.null();
  }
}

void row_members(json::Writer& out, const projections::State& state,
                 const ledger::EntryOutline& outline, std::uint64_t version) {
  const Entry& entry = outline.entry;
  entry_head(out, entry);
  asked_for(out, outline);
  out.key("cause");
  if (const char* cause = own_cause(entry.command.kind)) {
    out.string(cause);
  } else {
    out.null();
  }
  for (const Part& part : kParts) out.field(part.count, outline.count(part.kind));
  out.key("refusal");
  if (entry.refusal) {
    refusal(out, *entry.refusal);
  } else {
    out.null();
  }
  entry_links(out, state, entry, version);
}

/// What came after each stop that the entry asked for, in the order of its events.
using StopEnds = std::vector<std::optional<projections::Change>>;

StopEnds ends_of_stops(const projections::State& state, const Entry& entry, std::uint64_t version) {
  StopEnds ends;
  for (std::size_t next = 0; next < entry.events.size();) {
    state.read([&] {
      std::size_t end = std::min(entry.events.size(), next + kSlice);
      for (; next < end; ++next) {
        const Event& event = entry.events[next];
        if (event.kind != EventKind::stop_requested) continue;
        ends.push_back(state.graph().change_after(event.number, entry.index, version));
      }
    });
  }
  return ends;
}

void stopped_by(json::Writer& out, const std::optional<projections::Change>& end) {
  out.key("stoppedBy");
  if (!end) return out.null();
  out.begin_object();
  out.field("index", end->entry());
  out.field("status", name_of(end->status));
  out.end_object();
}

void jobs(json::Writer& out, const Entry& entry, const Part& part, const StopEnds& ends) {
  auto end = ends.begin();
  out.begin_array(part.list);
  for (const Event& event : entry.events) {
    if (event.kind != part.kind) continue;
    out.begin_object();
    out.field("id", event.subject);
    status_or_null(out, "before", event.before);
    status_or_null(out, "status", event.after);
    std::optional<ledger::Ulid> via;
    if (event.via != ledger::kNoPlace) via = entry.events[event.via].subject;
    cause_and_via(out, event, via);
    if (part.kind == EventKind::stop_requested) stopped_by(out, *end++);
    out.end_object();
  }
  out.end_array();
}

}  // namespace

void entry_links(json::Writer& out, const projections::State& state, const Entry& entry,
                 std::uint64_t version) {
  bool undoes = entry.command.kind == CommandKind::undo_cancel;
  const std::optional<std::uint64_t>& other = entry.command.entry;
  out.field("undoes", undoes ? other : std::nullopt);
  out.field("undoneBy", state.read([&] {
    return state.audit().cancellations().undone_by(entry.index, version);
  }));
  out.field("stopRequestedBy", undoes ? std::nullopt : other);
}

void cancellation(json::Writer& out, const projections::State& state,
                  const ledger::EntryOutline& outline, std::uint64_t version) {
  out.begin_object();
  row_members(out, state, outline, version);
  out.end_object();
}

void whole_cancellation(json::Writer& out, const projections::State& state,
                        projections::LogReader& log, std::uint64_t index, std::uint64_t version) {
  const Entry& entry = log.entry(index);
  StopEnds ends = ends_of_stops(state, entry, version);
  out.begin_object();
  row_members(out, state, log.outline(index), version);
  text_or_null(out, "traceparent", entry.envelope.traceparent);
  for (const Part& part : kParts) jobs(out, entry, part, ends);
  out.end_object();
}

}  // namespace jobledger::daemon::render
