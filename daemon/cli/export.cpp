#include "daemon/archive/export.h"

#include <sys/stat.h>

#include <CLI/App.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>

#include "daemon/cli/commands.h"
#include "daemon/cli/directory.h"
#include "daemon/config/flags.h"
#include "ledger/durable_file.h"

namespace jobledger::daemon::cli {
namespace {

struct Options {
  std::string data_dir;
  std::string file = "-";
  std::optional<std::uint64_t> until;
  archive::Payloads payloads;
  config::Flags flags;
};

/// The version to export up to.
ledger::Result<std::uint64_t> until_of(const Options& options, const ledger::Store& store) {
  auto count = store.entry_count();
  if (!count || !options.until) return count;
  if (*options.until <= *count) return *options.until;
  return ledger::Failure{"the ledger ends at version " + std::to_string(*count) + ", before " +
                         std::to_string(*options.until)};
}

int export_to(std::ostream& out, const Options& options, const ledger::Store& store,
              std::uint64_t until, Console console) {
  Progress progress(console.err, "export", "entries");
  auto exported =
      archive::write_export(store, until, options.payloads, out, report_on(progress, console));
  progress.finish();
  if (!exported) return could_not(exported.error(), console);
  console.err << "exported " << exported->header.entries << " entries";
  if (exported->redacted > 0) {
    console.err << "; " << exported->redacted
                << " payloads without their secrets (--full has them)";
  }
  console.err << "\nroot hash " << exported->header.root << '\n';
  return kDone;
}

/// Under another name until it is whole: what was there before is kept until then.
int export_to_file(const Options& options, const ledger::Store& store, std::uint64_t until,
                   Console console) {
  std::error_code error;
  auto kind = std::filesystem::status(options.file, error).type();
  using Type = std::filesystem::file_type;
  bool replaces = kind == Type::not_found || kind == Type::regular;  // a pipe has no other name
  std::string name = replaces ? options.file + ".part" : options.file;
  if (replaces) std::filesystem::remove(name, error);
  std::ofstream file(name, std::ios::binary | std::ios::trunc);
  if (!file) return could_not({"cannot write " + name}, console);
  int code = export_to(file, options, store, until, console);
  file.close();
  if (code == kDone && !file) code = could_not({"cannot write " + name}, console);
  if (!replaces) return code;
  if (code == kDone) {
    ledger::Status renamed = ledger::rename_durably(name, options.file);
    if (!renamed) code = could_not(renamed.error(), console);
  }
  if (code != kDone) std::filesystem::remove(name, error);
  return code;
}

std::set<std::string, std::less<>> names_in(std::string_view list) {
  std::set<std::string, std::less<>> names;
  while (!list.empty()) {
    std::size_t end = std::min(list.find(','), list.size());
    names.emplace(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return names;
}

int run_export(Options& options, Console console) {
  auto settled =
      config::settle(options.flags, config::process_environment(), console.out, console.err);
  if (const int* code = std::get_if<int>(&settled)) return *code;
  const config::Settings& settings = std::get<config::Loaded>(settled).settings;
  options.payloads.secret_members = names_in(settings.secrets.members);
  auto store = open_for_reading(options.data_dir);
  if (!store) return could_not(store.error(), console);
  auto until = until_of(options, **store);
  if (!until) return could_not(until.error(), console);
  if (options.file == "-") return export_to(console.out, options, **store, *until, console);
  if (options.payloads.full) ::umask(0077);  // the secrets are for the operator's eyes
  return export_to_file(options, **store, *until, console);
}

}  // namespace

void add_export(CLI::App& app, Run& run, Console console) {
  CLI::App* command =
      app.add_subcommand("export", "Write the ledger as lines of JSON, an entry a line");
  auto options = std::make_shared<Options>();
  command->add_option("--data-dir", options->data_dir, "The ledger's directory")
      ->required()
      ->type_name("DIR");
  command->add_option("--until", options->until, "A version: so many entries")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--full", options->payloads.full,
                    "With the secrets of payloads (upload.params, webhook headers, and what "
                    "secrets.members names): for a backup");
  command->add_option("--config", options->flags.config_file, "The daemon's settings")
      ->type_name("FILE");
  config::add_flag(*command, options->flags, "secrets.members");
  command->add_option("file", options->file, "Where to; - is standard output, as is none")
      ->type_name("FILE");
  command->callback([&run, options, console] {
    run = [options, console] { return run_export(*options, console); };
  });
}

}  // namespace jobledger::daemon::cli
