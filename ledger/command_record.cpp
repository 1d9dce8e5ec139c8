#include "ledger/decide.h"

namespace jobledger::ledger {
namespace {

struct Record {
  const Decision& decision;
  CommandRecord& out;

  void operator()(const SubmitJob& command) const { out.text = command.uid; }
  void operator()(const SubmitBatch& command) const { out.number = command.total; }
  void operator()(const CancelJobs& command) const {
    // An accepted list is there already, as the first events: a thousand ids need not stand twice.
    out.requested = static_cast<std::uint32_t>(command.jobs.size());
    if (decision.refusal) out.subjects = command.jobs;
    out.impossible = command.impossible;
    options(command.options);
  }
  void operator()(const CancelBatch& command) const {
    name(command.batch, command.impossible);
    options(command.options);
  }
  void operator()(const ClaimJob& command) const {
    if (command.job) out.subjects = {*command.job};
    if (!command.impossible.empty()) out.impossible = {command.impossible};
    out.tags = command.tags;
    out.number = command.lease_seconds;
  }
  void operator()(const ReportProgress& command) const {
    report(command.job, command.lease);
    out.number = command.progress;
  }
  void operator()(const FinishJob& command) const {
    report(command.job, command.lease);
    out.text = decision.refusal ? command.output_url : command.timings;
  }
  void operator()(const FailJob& command) const {
    report(command.job, command.lease);
    out.text = decision.refusal ? command.error : command.timings;
  }
  void operator()(const ExpireLease& command) const { report(command.job, command.lease); }
  void operator()(const CreateToken& command) const {
    if (!decision.refusal) return;  // the event says it all
    out.text = command.team + '/' + command.name;
    out.number = command.scopes.bits();
  }
  void operator()(const RevokeToken& command) const { out.subjects = {command.token}; }
  void operator()(const ReportStopped& command) const { report(command.job, command.lease); }
  void operator()(const UndoCancel& command) const { out.entry = command.entry; }
  void operator()(const RotateKey& command) const {
    if (decision.refusal) out.text = command.after;  // else the event says it all
  }
  void operator()(const RestoreLedger& command) const {
    if (decision.refusal) out.text = command.from.backup;
  }
  void operator()(const CutLedger& command) const {
    if (decision.refusal) out.text = command.cut.damage;
  }
  void operator()(const CreateWebhook& command) const {
    if (!decision.refusal) return;
    out.text = command.url;
    out.number = command.events.bits();
  }
  void operator()(const DeleteWebhook& command) const { out.subjects = {command.webhook}; }

  void options(const CancelOptions& options) const {
    out.stop_running = options.stop_running;
    out.plan = options.plan;
  }
  void report(JobId job, LeaseId lease) const {
    out.subjects = {job};
    out.lease = lease;
    out.entry = decision.stop_entry;
  }
  void name(Ulid subject, const std::string& impossible) const {
    if (impossible.empty()) {
      out.subjects = {subject};
    } else {
      out.impossible = {impossible};
    }
  }
};

}  // namespace

CommandRecord record_of(const Command& command, const Decision& decision) {
  CommandRecord record;
  record.kind = kind_of(command);
  std::visit(Record{decision, record}, command);
  return record;
}

}  // namespace jobledger::ledger
