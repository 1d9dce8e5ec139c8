#include <CLI/App.hpp>
#include <memory>
#include <ostream>

#include "daemon/cli/commands.h"
#include "daemon/cli/directory.h"
#include "daemon/cli/fields.h"
#include "daemon/cli/remote.h"
#include "daemon/cli/show.h"
#include "ledger/keys.h"
#include "ledger/signing_keys.h"

namespace jobledger::daemon::cli {
namespace {

struct Options {
  std::string data_dir;
  Remote remote;
  bool all = false;
  bool json = false;
};

/// In a directory the key in use is the one that signed last.
std::string in_use(const ledger::SigningKeys& keys, const ledger::Store& store) {
  auto last = ledger::SignedNote::parse(store.meta_row(ledger::keys::kCheckpoint).value_or(""));
  std::string text = keys.all().front().verifier().text();
  for (const ledger::SigningKey& key : keys.all()) {
    bool signed_last = last && verify(*last, key.verifier()) == ledger::Verdict::right;
    if (signed_last) text = key.verifier().text();
  }
  return text;
}

int show_directory(const Options& options, Console console) {
  auto store = open_for_reading(options.data_dir);
  if (!store) return could_not(store.error(), console);
  auto keys = ledger::SigningKeys::load(**store);
  if (!keys) return could_not(keys.error(), console);
  if (keys->empty()) {
    return could_not({"this ledger has no key yet: its daemon makes one when it first starts"},
                     console);
  }
  if (!options.all) {
    console.out << in_use(*keys, **store) << '\n';
    return kDone;
  }
  for (const ledger::SigningKey& key : keys->all()) console.out << key.verifier().text() << '\n';
  return kDone;
}

std::string keys_text(const json::Value& answer, bool all) {
  std::string text;
  if (all) {
    for (const json::Value& change : items_of(answer, "changes")) {
      text += text_of(change, "before") + '\n';
    }
  }
  return text + text_of(answer, "inUse") + '\n';
}

int show_keys(const Options& options, Console console) {
  if (!options.data_dir.empty()) return show_directory(options, console);
  return show(options.remote, {"/ledger/v1/keys"}, options.json, console,
              [&](const json::Value& answer) { return keys_text(answer, options.all); });
}

int rotate(const Options& options, Console console) {
  return show(options.remote, {"/ledger/v1/keys/rotate", "POST"}, options.json, console,
              [](const json::Value& answer) { return text_of(answer, "inUse") + '\n'; });
}

}  // namespace

void add_key(CLI::App& app, Run& run, Console console) {
  CLI::App* key = app.add_subcommand("key", "The keys that the ledger signs its checkpoints with");
  key->require_subcommand(1);
  auto options = std::make_shared<Options>();

  CLI::App* show = key->add_subcommand("show", "Print the verifier key that is in use");
  show->add_option("--data-dir", options->data_dir, "The ledger's directory, instead of --url")
      ->type_name("DIR");
  add_remote_options(show, options->remote);
  show->add_flag("--all", options->all, "And those before it, oldest first");
  show->add_flag("--json", options->json, "For programs; with --url");
  show->callback([&run, options, console] {
    run = [options, console] { return show_keys(*options, console); };
  });

  CLI::App* command = key->add_subcommand(
      "rotate", "Sign with a new key from here on, which is printed; the change is an entry");
  add_remote_options(command, options->remote);
  command->add_flag("--json", options->json, "For programs");
  command->callback(
      [&run, options, console] { run = [options, console] { return rotate(*options, console); }; });
}

}  // namespace jobledger::daemon::cli
