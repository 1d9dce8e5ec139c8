#include "daemon/render/plan.h"

#include "daemon/json/writer.h"
#include "daemon/render/entry.h"

namespace jobledger::daemon::render {
namespace {

using ledger::Event;
using ledger::EventKind;

void list(json::Writer& out, std::string_view name, const std::vector<Event>& events,
          EventKind kind) {
  out.begin_array(name);
  for (const Event& event : events) {
    if (event.kind != kind) continue;
    std::optional<ledger::Ulid> via;
    if (event.via != ledger::kNoPlace) via = events[event.via].subject;
    out.begin_object();
    out.field("id", event.subject);
    out.field("status", name_of(event.before));
    cause_and_via(out, event, via);
    out.end_object();
  }
  out.end_array();
}

}  // namespace

std::string plan(const std::vector<Event>& events, std::uint64_t version) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("version", version);
  list(out, "cancelled", events, EventKind::job_cancelled);
  list(out, "skipped", events, EventKind::cancel_skipped);
  list(out, "stopping", events, EventKind::stop_requested);
  out.end_object();
  return body;
}

}  // namespace jobledger::daemon::render
