#include "projections/salvaged_entry.h"

namespace jobledger::projections {

using ledger::Failure;

ledger::Result<std::vector<StoredPayload>> salvaged_payloads(ledger::Salvage& salvage,
                                                             const ledger::Entry& entry) {
  std::vector<StoredPayload> payloads;
  bool behind_damage = false;
  for (const ledger::Event& event : entry.events) {
    if (event.kind != ledger::EventKind::job_submitted) continue;
    auto row = salvage.payload(event.subject);
    if (!row) {
      return Failure{"the payload of job " + event.subject.text() +
                     " cannot be read: " + row.error().message};
    }
    behind_damage = behind_damage || row->behind_damage;
    payloads.push_back({event.subject, std::move(row->bytes)});
  }
  auto redacted = check_payloads(entry, payloads);
  if (!redacted) return redacted.error();
  if (*redacted > 0 && behind_damage) {
    return Failure{
        "a payload of it was redacted, and stands behind damage: nothing tells whose it is"};
  }
  return payloads;
}

}  // namespace jobledger::projections
