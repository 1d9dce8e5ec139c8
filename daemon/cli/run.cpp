#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "daemon/cli/commands.h"
#include "daemon/version.h"

namespace jobledger::daemon::cli {

int run(int argc, const char* const* argv, Console console) {
  CLI::App app{"Job Ledger: who cancelled what, when and why.", "jobledger"};
  app.set_version_flag("--version", std::string(kVersion));
  app.require_subcommand(1);
  Run chosen;
  add_serve(app, chosen, console);
  add_tail(app, chosen, console);
  add_token(app, chosen, console);
  add_verify(app, chosen, console);
  add_cancel(app, chosen, console);
  add_undo(app, chosen, console);
  add_explain(app, chosen, console);
  add_audit(app, chosen, console);
  add_history(app, chosen, console);
  add_replay(app, chosen, console);
  add_rebuild(app, chosen, console);
  add_export(app, chosen, console);
  add_import(app, chosen, console);
  add_backup(app, chosen, console);
  add_restore(app, chosen, console);
  add_key(app, chosen, console);
  add_receipt(app, chosen, console);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& stop) {
    // Help and version end here, too.
    return app.exit(stop, console.out, console.err) == 0 ? kDone : kWrongUsage;
  }
  return chosen();
}

}  // namespace jobledger::daemon::cli
