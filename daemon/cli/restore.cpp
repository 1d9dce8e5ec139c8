#include "daemon/backup/restore.h"

#include <CLI/App.hpp>
#include <memory>
#include <optional>
#include <ostream>
#include <sstream>

#include "daemon/backup/shelf.h"
#include "daemon/cli/apart.h"
#include "daemon/cli/as_operator.h"
#include "daemon/cli/backup_watch.h"
#include "daemon/cli/directory.h"
#include "daemon/cli/replay_report.h"
#include "daemon/cli/until.h"
#include "daemon/json/writer.h"
#include "daemon/logging.h"

namespace jobledger::daemon::cli {
namespace {

struct Options {
  std::string from;
  std::optional<std::uint64_t> number;
  std::optional<std::string> version;
  std::string into;
  bool quick = false;
  bool json = false;
};

ReplayNames names_of(const backup::Restored& restored, const Options& options) {
  return {restored.record.ledger_id, options.into, restored.ledger_id, restored.from.version};
}

void print(const backup::Restored& restored, const Options& options, std::ostream& out) {
  const backup::Record& record = restored.record;
  if (restored.replay) {
    print_text(*restored.replay, names_of(restored, options), out);
    out << "entry " << restored.entry << " of it says that it was restored from backup "
        << record.name << ", with which its version is " << restored.entry + 1
        << " and its root hash " << restored.root
        << "\nit is another ledger: with the first start it gets a key of its own\n";
    return;
  }
  out << "restored backup " << record.name << " of ledger " << record.ledger_id.text() << " into "
      << options.into << ", as it was at version " << record.version << ", "
      << ledger::to_rfc3339(record.taken) << "\nentry " << restored.entry
      << " says so, by whom and from where; whatever came after version " << record.version
      << " before is not in it\nroot hash " << restored.root << '\n';
}

void print_json(const backup::Restored& restored, const Options& options, std::ostream& out) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  writer.field("dataDir", options.into);
  writer.field("ledgerId", restored.ledger_id);
  writer.field("sameLedger", !restored.replay);
  writer.field("version", restored.entry + 1);
  writer.field("rootHash", restored.root);
  writer.field("restoredVersion", restored.from.version);
  writer.field("entry", restored.entry);
  if (restored.replay) {
    std::ostringstream replay;
    print_json(*restored.replay, names_of(restored, options), replay);
    std::string json = replay.str();
    writer.raw_field("replay", json.substr(0, json.find('\n')));
  }
  writer.raw_field("record", backup::record_text(restored.record));
  writer.end_object();
  out << text << '\n';
}

int restore(const Options& options, Console console) {
  auto path = backup::find_backup(options.from, options.number);
  if (!path) return could_not(path.error(), console);
  log::configure(log::Level::warn, log::Format::text);  // how the ledger opens is no news here
  BackupWatch watch(console);
  backup::RestoreRequest request;
  request.backup = *path;
  request.into = options.into;
  request.quick = options.quick;
  if (options.version) {
    request.until = [&](const ledger::Store& store) {
      return version_until(*options.version, store);
    };
  }
  request.append = [](Started& started, ledger::RestoreLedger command) {
    return commit_as_operator(started, "", std::move(command));
  };
  auto restored = backup::restore(request, watch.watch());
  watch.watch().end();
  if (!restored) return could_not(restored.error(), console);
  options.json ? print_json(*restored, options, console.out)
               : print(*restored, options, console.out);
  return kDone;
}

int run_restore(const Options& options, Console console) {
  if (options.version && !is_until(*options.version)) {
    console.err << "--version " << *options.version
                << " is neither a version nor a time such as 2030-01-31T12:00:00Z\n";
    return kWrongUsage;
  }
  std::string died_of;
  auto code = run_apart([&] { return restore(options, console); }, died_of);
  if (code) return *code;
  return could_not(
      {"the backup is damaged in such a way that RocksDB ended the program that read "
       "it (" +
       died_of + "); remove " + options.into + "/incomplete, and restore another backup"},
      console);
}

}  // namespace

void add_restore(CLI::App& app, Run& run, Console console) {
  CLI::App* command = app.add_subcommand("restore", "Make a ledger of a backup");
  auto options = std::make_shared<Options>();
  command->add_option("--from", options->from, "The backup; or where backups are")->required();
  command->add_option("--backup", options->number, "Its number; without it the newest one")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--version", options->version,
                      "Another ledger, of its history up to there: a version (so many entries), or "
                      "a time; without it the same ledger, all of it");
  command->add_option("--into", options->into, "The ledger's directory, missing or empty")
      ->required();
  command->add_flag("--quick", options->quick,
                    "Judge entries by their hashes alone, not what they say");
  command->add_flag("--json", options->json, "For programs");
  command->callback([&run, options, console] {
    run = [options, console] { return run_restore(*options, console); };
  });
}

}  // namespace jobledger::daemon::cli
