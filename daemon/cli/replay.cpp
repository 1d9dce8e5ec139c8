#include "projections/replay.h"

#include <CLI/App.hpp>
#include <memory>
#include <ostream>

#include "daemon/cli/commands.h"
#include "daemon/cli/directory.h"
#include "daemon/cli/replay_report.h"
#include "daemon/cli/until.h"
#include "ledger/new_directory.h"

namespace jobledger::daemon::cli {
namespace {

using ledger::Result;

struct Options {
  std::string data_dir;
  std::string into;
  std::optional<std::string> until;
  std::vector<std::uint64_t> without;
  bool json = false;
};

/// Without it, all of the history.
Result<std::uint64_t> until_of(const Options& options, const ledger::Store& store) {
  return options.until ? version_until(*options.until, store) : store.entry_count();
}

Result<projections::Replay> replay_into(ledger::Store& into, const ledger::Store& from,
                                        const projections::ReplayRequest& request,
                                        Console console) {
  Progress progress(console.err, "replay", "entries");
  auto replayed = projections::replay(from, into, request, report_on(progress, console));
  progress.finish();
  return replayed;
}

int replay(const Options& options, Console console) {
  if (options.until && !is_until(*options.until)) {
    console.err << "--until " << *options.until
                << " is neither a version nor a time such as 2030-01-31T12:00:00Z\n";
    return kWrongUsage;
  }
  auto from = open_for_reading(options.data_dir);
  if (!from) return could_not(from.error(), console);
  auto until = until_of(options, **from);
  if (!until) return could_not(until.error(), console);
  auto directory = ledger::NewDirectory::begin(options.into);
  if (!directory) return could_not(directory.error(), console);
  auto into = ledger::Store::open(directory->workshop(), {});
  if (!into) return could_not(into.error(), console);
  auto replayed = replay_into(**into, **from, {*until, options.without}, console);
  if (!replayed) return could_not(replayed.error(), console);
  ReplayNames names{(*from)->ledger_id(), options.into, (*into)->ledger_id(), *until};
  into->reset();
  if (ledger::Status finished = directory->finish(); !finished) {
    return could_not(finished.error(), console);
  }
  options.json ? print_json(*replayed, names, console.out)
               : print_text(*replayed, names, console.out);
  return kDone;
}

}  // namespace

void add_replay(CLI::App& app, Run& run, Console console) {
  CLI::App* command = app.add_subcommand(
      "replay", "Make another ledger of the history up to a point, or without some of it");
  auto options = std::make_shared<Options>();
  command->add_option("--data-dir", options->data_dir, "The ledger's directory")
      ->required()
      ->type_name("DIR");
  command->add_option("--into", options->into, "The new ledger's directory, missing or empty")
      ->required()
      ->type_name("DIR");
  command->add_option("--until", options->until,
                      "A version (so many entries), or a time: the last entry at or before it");
  command
      ->add_option("--without", options->without,
                   "Indexes of entries to leave out; later commands are decided again")
      ->delimiter(',')
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--json", options->json, "For programs");
  command->callback(
      [&run, options, console] { run = [options, console] { return replay(*options, console); }; });
}

}  // namespace jobledger::daemon::cli
