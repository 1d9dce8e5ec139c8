#include <CLI/App.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "daemon/cli/commands.h"
#include "daemon/cli/directory.h"
#include "projections/snapshots.h"

namespace jobledger::daemon::cli {
namespace {

struct Options {
  std::string data_dir;
  std::vector<std::string> names;
};

std::vector<std::string> names_of_projections() {
  projections::State state;
  std::vector<std::string> names;
  for (ledger::Projection* projection : state.projections()) {
    names.emplace_back(projection->name());
  }
  return names;
}

std::string in_a_row(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// The old snapshots go only once there is something better: where the log cannot be folded any
/// more they may be what the daemon still starts from.
ledger::Result<std::uint64_t> refold_and_save(ledger::Store& store, Console console) {
  Progress progress(console.err, "rebuild", "entries");
  auto state = projections::refold(store, report_on(progress, console));
  progress.finish();
  if (!state) return state.error();
  projections::Snapshots snapshots(store);
  if (ledger::Status erased = snapshots.erase_all(); !erased) return erased.error();
  return snapshots.save(**state);
}

int rebuild(const Options& options, Console console) {
  std::vector<std::string> known = names_of_projections();
  for (const std::string& name : options.names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    console.err << "no projection " << name << "; there are " << in_a_row(known) << '\n';
    return kWrongUsage;
  }
  ledger::StoreOptions how;
  how.create = false;
  auto store = ledger::Store::open(options.data_dir, how);
  if (!store) return could_not(store.error(), console);
  auto version = refold_and_save(**store, console);
  if (!version) return could_not(version.error(), console);
  if (!options.names.empty() && options.names.size() < known.size()) {
    console.out << "projections are saved together: all of them were rebuilt, not "
                << in_a_row(options.names) << " alone\n";
  }
  console.out << "rebuilt " << in_a_row(known) << " from " << *version
              << " entries; the snapshot is of version " << *version << '\n';
  return kDone;
}

}  // namespace

void add_rebuild(CLI::App& app, Run& run, Console console) {
  CLI::App* command =
      app.add_subcommand("rebuild", "Drop the projections and fold the whole log again");
  auto options = std::make_shared<Options>();
  command
      ->add_option("--data-dir", options->data_dir,
                   "The ledger's directory; its daemon must not run")
      ->required()
      ->type_name("DIR");
  command->add_option("projection", options->names,
                      "Which; they are saved together, so that each means all");
  command->callback([&run, options, console] {
    run = [options, console] { return rebuild(*options, console); };
  });
}

}  // namespace jobledger::daemon::cli
