#include "daemon/archive/import.h"

#include <CLI/App.hpp>
#include <fstream>
#include <iostream>
#include <memory>

#include "daemon/cli/commands.h"
#include "daemon/cli/directory.h"
#include "daemon/json/writer.h"
#include "ledger/new_directory.h"

namespace jobledger::daemon::cli {
namespace {

struct Options {
  std::string data_dir;
  std::string file = "-";
  bool json = false;
};

void print_json(const archive::Imported& imported, ledger::Ulid id, std::ostream& out) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  writer.field("ledgerId", id);
  writer.field("from", imported.header.ledger_id);
  writer.field("version", imported.header.entries);
  writer.field("rootHash", imported.header.root);
  writer.field("redactedPayloads", imported.redacted);
  writer.end_object();
  out << text << '\n';
}

void print_text(const archive::Imported& imported, ledger::Ulid id, std::ostream& out) {
  out << "imported " << imported.header.entries << " entries of ledger "
      << imported.header.ledger_id.text() << "; the new ledger is " << id.text() << '\n';
  if (imported.redacted > 0) {
    out << imported.redacted
        << " payloads came without their secrets: verify this ledger with --allow-redacted\n";
  }
  out << "root hash " << imported.header.root << '\n';
}

int import_from(std::istream& in, const Options& options, Console console) {
  auto directory = ledger::NewDirectory::begin(options.data_dir);
  if (!directory) return could_not(directory.error(), console);
  auto store = ledger::Store::open(directory->workshop(), {});
  if (!store) return could_not(store.error(), console);
  Progress progress(console.err, "import", "entries");
  auto imported = archive::read_export(in, **store, report_on(progress, console));
  progress.finish();
  if (!imported) return could_not(imported.error(), console);
  ledger::Ulid id = (*store)->ledger_id();
  store->reset();
  ledger::Status finished = directory->finish();
  if (!finished) return could_not(finished.error(), console);
  options.json ? print_json(*imported, id, console.out) : print_text(*imported, id, console.out);
  return kDone;
}

int run_import(const Options& options, Console console) {
  if (options.file == "-") return import_from(std::cin, options, console);
  std::ifstream file(options.file, std::ios::binary);
  if (!file) return could_not({"cannot read " + options.file}, console);
  return import_from(file, options, console);
}

}  // namespace

void add_import(CLI::App& app, Run& run, Console console) {
  CLI::App* command = app.add_subcommand("import", "Make a ledger of an export");
  auto options = std::make_shared<Options>();
  command
      ->add_option("--data-dir", options->data_dir, "The new ledger's directory, missing or empty")
      ->required()
      ->type_name("DIR");
  command->add_option("file", options->file, "Where from; - is standard input, as is none")
      ->type_name("FILE");
  command->add_flag("--json", options->json, "For programs");
  command->callback([&run, options, console] {
    run = [options, console] { return run_import(*options, console); };
  });
}

}  // namespace jobledger::daemon::cli
