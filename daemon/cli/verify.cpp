#include "projections/verify.h"

#include <CLI/App.hpp>
#include <memory>
#include <ostream>

#include "daemon/cli/commands.h"
#include "daemon/cli/directory.h"
#include "daemon/json/writer.h"

namespace jobledger::daemon::cli {
namespace {

struct Options {
  std::string data_dir;
  bool invariants = false;
  bool json = false;
};

void print_json(const projections::Verification& result, std::ostream& out) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  writer.field("consistent", result.findings.empty());
  writer.field("entries", result.entries);
  writer.field("redactedPayloads", result.redacted);
  writer.field("rootHash", result.root);
  writer.field("snapshot", result.snapshot);
  writer.begin_array("findings");
  for (const std::string& finding : result.findings) writer.string(finding);
  writer.end_array();
  writer.end_object();
  out << text << '\n';
}

void print_text(const projections::Verification& result, bool invariants, std::ostream& out) {
  for (const std::string& finding : result.findings) out << finding << '\n';
  if (!result.findings.empty()) {
    out << "NOT consistent: " << result.findings.size() << " found, " << result.entries
        << " entries read\n";
    return;
  }
  out << "consistent: " << result.entries << " entries, dense, each decoded and hashed; ";
  if (result.snapshot > 0) {
    out << "the snapshot of version " << result.snapshot << " equals a fresh fold\n";
  } else {
    out << "no snapshot\n";
  }
  if (invariants) {
    out << "each cascade, decided again, gives what is recorded; no job waits in vain\n";
  }
  if (result.redacted > 0) {
    out << result.redacted << " payloads are redacted: of their bodies no hash tells\n";
  }
  out << "root hash " << result.root << '\n';
}

int verify(const Options& options, Console console) {
  auto store = open_for_reading(options.data_dir);
  if (!store) return could_not(store.error(), console);
  Progress progress(console.err, "verify", "entries");
  projections::RecoveryReport report = report_on(progress, console);
  projections::Verification result = projections::verify(
      **store, report,
      options.invariants ? projections::Invariants::check : projections::Invariants::leave);
  progress.finish();
  options.json ? print_json(result, console.out)
               : print_text(result, options.invariants, console.out);
  return result.findings.empty() ? kDone : kNo;
}

}  // namespace

void add_verify(CLI::App& app, Run& run, Console console) {
  CLI::App* command = app.add_subcommand(
      "verify", "Read every entry again and say what is wrong, and at which index");
  auto options = std::make_shared<Options>();
  command->add_option("--data-dir", options->data_dir, "The ledger's directory")->required();
  command->add_flag("--invariants", options->invariants,
                    "Also decide each cascade again, and look for what should never be");
  command->add_flag("--json", options->json, "For programs");
  command->callback(
      [&run, options, console] { run = [options, console] { return verify(*options, console); }; });
}

}  // namespace jobledger::daemon::cli
