#include "daemon/cli/directory.h"

#include <ostream>

#include "daemon/render/one_line.h"

namespace jobledger::daemon::cli {

ledger::Result<std::unique_ptr<ledger::Store>> open_for_reading(const std::string& data_dir) {
  ledger::StoreOptions how;
  how.create = false;
  how.read_only = true;
  return ledger::Store::open(data_dir, how);
}

projections::RecoveryReport report_on(Progress& progress, Console console) {
  projections::RecoveryReport report;
  report.note = [console](const std::string& note) { console.err << note << '\n'; };
  report.progress = [&progress](const projections::FoldProgress& at) {
    progress.show(at.done, at.total);
  };
  return report;
}

int could_not(const ledger::Failure& failure, Console console) {
  console.err << render::one_line(failure.message) << '\n';  // it may quote a file from elsewhere
  return kCouldNot;
}

}  // namespace jobledger::daemon::cli
