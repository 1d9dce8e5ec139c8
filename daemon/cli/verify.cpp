#include "projections/verify.h"

#include <CLI/App.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>

#include "daemon/cli/apart.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/directory.h"
#include "daemon/cli/files.h"
#include "daemon/cli/verifier_keys.h"
#include "daemon/json/writer.h"
#include "daemon/startup.h"
#include "ledger/checkpoint.h"

namespace jobledger::daemon::cli {
namespace {

struct Options {
  std::string data_dir;
  std::vector<std::string> checkpoints;
  std::optional<std::string> from;
  std::vector<std::string> keys;
  projections::VerifyRequest request;
  bool json = false;
};

/// The kept checkpoints and the keys; the exit code if one cannot be had.
std::optional<int> read_request(Options& options, Console console) {
  auto keys = verifier_keys(options.keys, console);
  if (!keys) return kWrongUsage;
  options.request.keys = std::move(*keys);
  // Read before the log is: beside a daemon that goes on it may be of what is not there yet.
  std::string anchor = anchor_of(options.data_dir);
  std::error_code unknown;  // then reading it says why
  if (std::filesystem::exists(anchor, unknown) || unknown) {
    auto note = read_file(anchor);
    if (!note) return could_not(note.error(), console);
    options.request.checkpoints.emplace_back("the anchor " + anchor, std::move(*note));
  }
  for (const std::string& path : options.checkpoints) {
    auto note = read_file(path);
    if (!note) return could_not(note.error(), console);
    options.request.checkpoints.emplace_back("the checkpoint " + path, std::move(*note));
  }
  if (options.from) {
    auto note = read_file(*options.from);
    if (!note) return could_not(note.error(), console);
    options.request.from.emplace("the checkpoint " + *options.from, std::move(*note));
  }
  return std::nullopt;
}

void print_json(const projections::Verification& result, std::ostream& out) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  writer.field("consistent", result.findings.empty() && result.later.empty());
  writer.field("from", result.begun);
  writer.field("entries", result.entries);
  writer.field("refolded", result.refolded);
  if (!result.later.empty()) writer.field("laterVersion", result.later);
  writer.field("redactedPayloads", result.redacted);
  writer.field("rootHash", result.root);
  writer.field("signedEntries", result.covered);
  writer.field("snapshot", result.snapshot);
  writer.begin_array("checkpoints");
  for (const std::string& held : result.held) writer.string(held);
  writer.end_array();
  writer.begin_array("findings");
  for (const std::string& finding : result.findings) writer.string(finding);
  writer.end_array();
  writer.end_object();
  out << text << '\n';
}

/// What was looked at, as far as all was well.
void print_checked(const projections::Verification& result, const projections::VerifyRequest& asked,
                   std::ostream& out) {
  out << "consistent: " << ledger::entries_text(result.entries);
  if (asked.from) out << " from " << result.begun << " on";
  out << ", dense, each " << (asked.only_hashes ? "" : "decoded and ") << "hashed; ";
  if (!result.refolded) {
    out << "no projection was compared, for that takes a fold of all entries\n";
  } else if (result.snapshot > 0) {
    out << "the snapshot of version " << result.snapshot << " equals a fresh fold\n";
  } else {
    out << "no snapshot\n";
  }
  if (asked.from) {
    out << "entries before " << result.begun << " were not read: they are taken as those that "
        << asked.from->first << " speaks of\n";
  }
  if (asked.only_hashes) out << "payloads were not read\n";
  if (result.refolded) out << "each cascade, decided again, gives what is recorded\n";
  if (asked.invariants) out << "no job waits in vain, and each batch adds up\n";
}

void print_text(const projections::Verification& result, const projections::VerifyRequest& asked,
                std::ostream& out) {
  for (const std::string& finding : result.findings) out << finding << '\n';
  if (!result.findings.empty()) {
    out << "NOT consistent: " << result.findings.size() << " found, " << result.entries
        << " entries read\n";
    return;
  }
  if (!result.later.empty()) {
    out << result.later << '\n'
        << "every entry has the hash that the tree has of it; what is in them was judged up to "
           "that "
           "entry alone\n";
    return;
  }
  print_checked(result, asked, out);
  for (const std::string& held : result.held) out << "goes with " << held << '\n';
  if (!result.held.empty() && result.begun + result.entries > result.covered) {
    out << "entries from " << result.covered << " on are in no signed checkpoint yet\n";
  }
  if (result.redacted > 0) {
    out << result.redacted << " payloads are redacted: of their bodies no hash tells\n";
  }
  out << "root hash " << result.root << '\n';
}

int print(const projections::Verification& result, const Options& options, Console console) {
  options.json ? print_json(result, console.out) : print_text(result, options.request, console.out);
  if (!result.findings.empty()) return kNo;
  return result.later.empty() ? kDone : kCouldNot;
}

int verify(Options& options, Console console) {
  if (auto code = read_request(options, console)) return *code;
  auto store = open_for_reading(options.data_dir);
  if (!store) return could_not(store.error(), console);
  Progress progress(console.err, "verify", "entries");
  projections::RecoveryReport report = report_on(progress, console);
  projections::Verification result = projections::verify(**store, report, options.request);
  progress.finish();
  return print(result, options, console);
}

/// Whatever was done to the directory, there is an answer.
int verify_apart(Options& options, Console console) {
  std::string died_of;
  auto code = run_apart([&] { return verify(options, console); }, died_of);
  if (code) return *code;
  projections::Verification result;
  result.findings.push_back(
      "the database is damaged in such a way that RocksDB ended the program that read it (" +
      died_of + "): restore the data directory from a backup");
  return print(result, options, console);
}

}  // namespace

void add_verify(CLI::App& app, Run& run, Console console) {
  CLI::App* command = app.add_subcommand(
      "verify", "Read every entry again and say what is wrong, and at which index");
  auto options = std::make_shared<Options>();
  command->add_option("--data-dir", options->data_dir, "The ledger's directory")
      ->required()
      ->type_name("DIR");
  CLI::Option* invariants = command->add_flag(
      "--invariants", options->request.invariants,
      "Also look for what should never be: jobs that wait in vain, batches that do not "
      "add up");
  command
      ->add_flag(
          "--only-hashes", options->request.only_hashes,
          "Only the stored bytes, the hash tree and the checkpoints: no projection, no payload")
      ->excludes(invariants);
  command
      ->add_option("--from", options->from,
                   "A checkpoint up to which the log was verified: only the entries after it are "
                   "read, and no projection is compared")
      ->type_name("FILE")
      ->excludes(invariants);
  command->add_flag("--allow-redacted", options->request.allow_redacted,
                    "Payloads may be marked as redacted, as an import can leave them");
  command
      ->add_option("--checkpoint", options->checkpoints,
                   "A signed checkpoint that somebody kept, which the log must go with")
      ->type_name("FILE");
  command->add_option(
      "--key", options->keys,
      "The verifier key that signed it; without it the directory's own is believed");
  command->add_flag("--json", options->json, "For programs");
  command->callback([&run, options, console] {
    run = [options, console] { return verify_apart(*options, console); };
  });
}

}  // namespace jobledger::daemon::cli
