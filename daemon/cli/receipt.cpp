#include <CLI/App.hpp>
#include <memory>
#include <ostream>

#include "daemon/cli/commands.h"
#include "daemon/cli/directory.h"
#include "daemon/cli/entry_line.h"
#include "daemon/cli/files.h"
#include "daemon/json/writer.h"
#include "daemon/render/entry.h"
#include "ledger/base64.h"
#include "ledger/hash.h"
#include "ledger/proven_entry.h"

namespace jobledger::daemon::cli {
namespace {

struct Options {
  std::string file;
  std::string key;
  bool json = false;
};

std::string entry_json(const ledger::ProvenEntry& proven) {
  std::string text;
  json::Writer out(text);
  render::entry(out, proven.entry, proven.leaf);
  return text;
}

/// The names of those who have signed the checkpoint beside the ledger, whose keys are not known.
std::string others_of(const ledger::ProvenEntry& proven) {
  std::string names;
  for (const ledger::NoteSignature& signature : proven.note.signatures) {
    if (signature.name == proven.checkpoint.origin) continue;
    names += (names.empty() ? "" : ", ") + signature.name;
  }
  return names;
}

/// The verifier key that the entry puts into use; null if it is about no keys.
const std::string* next_key_of(const ledger::Entry& entry) {
  if (entry.events.empty()) return nullptr;
  const auto* keys = entry.events.front().as_if<ledger::KeyDetail>();
  return keys ? &keys->after : nullptr;
}

void print_text(const ledger::ProvenEntry& proven, std::ostream& out) {
  const ledger::Checkpoint& checkpoint = proven.checkpoint;
  auto line = entry_line(entry_json(proven));
  out << "proven: this is entry " << proven.entry.index << " of the ledger " << checkpoint.origin
      << ", whole and unchanged:\n\n  "
      << (line ? *line : "(an entry of a kind that this program does not know)") << "\n\n"
      << "The holder of the key has signed the first " << checkpoint.size
      << " entries of that ledger with the root hash\n"
      << ledger::to_base64(ledger::bytes_of(checkpoint.root))
      << ", and this entry is one of them. What the command was, who gave\n"
         "it, when, and every job that it changed or left alone are in the entry: nothing can "
         "have\n"
         "been added, left out or changed since.\n"
         "It does not prove that the ledger shows everybody the same history: compare the root "
         "hash\n"
         "with a checkpoint that somebody else has kept, or ask for one that witnesses have "
         "signed.\n";
  if (const std::string* next = next_key_of(proven.entry)) {
    out << "It puts another key in the place of this one, which proves what comes after it:\n"
        << *next << '\n';
  }
  if (std::string others = others_of(proven); !others.empty()) {
    out << "Signatures of others are on it, too, and were not checked: " << others << '\n';
  }
}

void print_json(const ledger::ProvenEntry& proven, std::ostream& out) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  writer.field("proven", true);
  writer.field("origin", proven.checkpoint.origin);
  writer.field("size", proven.checkpoint.size);
  writer.field("root", ledger::to_base64(ledger::bytes_of(proven.checkpoint.root)));
  writer.key("entry");
  render::entry(writer, proven.entry, proven.leaf);
  writer.end_object();
  out << text << '\n';
}

int verify(const Options& options, Console console) {
  auto key = ledger::VerifierKey::parse(options.key);
  if (!key) {
    console.err << "--key: " << key.error().message << '\n';
    return kWrongUsage;
  }
  auto receipt = read_file(options.file);
  if (!receipt) return could_not(receipt.error(), console);
  auto proven = ledger::prove_entry(*receipt, *key);
  if (!proven) {
    could_not({"NOT proven: " + proven.error().message}, console);
    return kNo;
  }
  options.json ? print_json(*proven, console.out) : print_text(*proven, console.out);
  return kDone;
}

}  // namespace

void add_receipt(CLI::App& app, Run& run, Console console) {
  CLI::App* receipt = app.add_subcommand("receipt", "Judge the receipt of an entry, offline");
  receipt->require_subcommand(1);
  CLI::App* command = receipt->add_subcommand(
      "verify", "Say what a receipt proves, by nothing but the ledger's verifier key");
  auto options = std::make_shared<Options>();
  command->add_option("file", options->file, "The receipt; - is standard input")
      ->required()
      ->type_name("FILE");
  command->add_option("--key", options->key, "The verifier key, as `jobledger key show` prints it")
      ->required();
  command->add_flag("--json", options->json, "For programs");
  command->callback(
      [&run, options, console] { run = [options, console] { return verify(*options, console); }; });
}

}  // namespace jobledger::daemon::cli
