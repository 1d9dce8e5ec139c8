#include "tests/support/history_run.h"

#include <stdexcept>

#include "projections/undoable.h"

namespace jobledger::tests {

HistoryRun::HistoryRun(std::uint64_t seed, HistoryShape shape)
    : random_(seed, shape), ledger_(random_.rules()), model_(random_.rules()) {
  ledger_.writer().set_rules(random_.rules());
}

HistoryRun::Step HistoryRun::prepare() {
  ledger_.clock().advance(random_.next_pause());
  last_ = random_.next(model_);
  complete(last_);
  std::vector<ledger::Submission> group = {last_};
  ledger::PreparedGroup prepared = ledger_.writer().prepare(group);
  Step step{prepared.receipts.front(), {}};
  Made made = made_by(step.receipt);
  step.expected = model_.apply(last_, made, ledger_.clock().now());
  random_.took(last_, made);
  prepared_.push_back(std::move(prepared));
  return step;
}

void HistoryRun::complete(ledger::Submission& submission) {
  auto* undo = std::get_if<ledger::UndoCancel>(&submission.command);
  if (!undo) return;
  append();
  projections::LogReader log(store());
  *undo = projections::undo_of(state(), log, submission.envelope.actor.team, undo->entry,
                               state().version());
}

void HistoryRun::append() {
  for (; !prepared_.empty(); prepared_.pop_front()) {
    ledger::Status appended = ledger_.writer().append(prepared_.front());
    if (!appended) throw std::runtime_error(appended.error().message);
  }
}

HistoryRun::Step HistoryRun::step() {
  Step done = prepare();
  append();
  return done;
}

void HistoryRun::steps(int count) {
  for (int i = 0; i < count; ++i) step();
}

}  // namespace jobledger::tests
