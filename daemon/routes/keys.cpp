#include "daemon/checkpoints.h"
#include "daemon/json/writer.h"
#include "daemon/routes/call.h"
#include "projections/key_in_use.h"

// The keys that sign checkpoints.

namespace jobledger::daemon::routes {

http::Reply list_keys(Core& core, const Call& call) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("origin", core.checkpoints.verifier().name);
  out.field("inUse", core.checkpoints.verifier().text());
  out.begin_array("changes");
  for (const auto& change : projections::key_changes(core.state, core.store, call.version)) {
    out.begin_object();
    out.field("index", change.entry);
    out.field("before", change.before);
    out.field("after", change.after);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return json(std::move(body));
}

std::variant<Write, http::Reply> rotate_key(Core& core, const Call& call) {
  if (!call.actor.scopes.has(ledger::Scope::admin)) {
    // The ledger refuses it, and keeps that; no key is made for it.
    Write refused;
    refused.command = ledger::RotateKey{core.checkpoints.verifier().text(), ""};
    return refused;
  }
  auto key = core.checkpoints.make_key();
  if (!key && core.store.condition() == ledger::StoreCondition::full) return disk_full(call);
  if (!key) throw projections::StorageError(key.error().message);
  Write write;
  write.command = ledger::RotateKey{core.checkpoints.verifier().text(), key->text()};
  write.render = [](Core&, const Call&, const Done& done) {
    const auto& detail = done.entry->events.front().as<ledger::KeyDetail>();
    std::string body;
    json::Writer out(body);
    out.begin_object();
    out.field("index", done.entry->index);
    out.field("before", detail.before);
    out.field("inUse", detail.after);
    out.end_object();
    return json(std::move(body));
  };
  return write;
}

}  // namespace jobledger::daemon::routes
