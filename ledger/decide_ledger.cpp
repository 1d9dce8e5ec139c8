#include "ledger/decide.h"

// What befell the ledger as a whole. Who asks has done it already: the entry tells of it.

namespace jobledger::ledger {
namespace {

Decision one_event(EventKind kind, Detail detail, const DecideContext& context) {
  Decision decision;
  Event event;
  event.kind = kind;
  event.subject = context.ids.next_ulid(context.now);
  event.detail = make_detail<Detail>(std::move(detail));
  decision.events.push_back(std::move(event));
  return decision;
}

}  // namespace

Decision decide_restore_ledger(const RestoreLedger& command, const DecideContext& context) {
  return one_event(EventKind::ledger_restored, command.from, context);
}

Decision decide_cut_ledger(const CutLedger& command, const DecideContext& context) {
  return one_event(EventKind::ledger_cut, command.cut, context);
}

}  // namespace jobledger::ledger
