#include <sys/stat.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <ostream>

#include "daemon/cli/apart.h"
#include "daemon/cli/as_operator.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/directory.h"
#include "daemon/cli/files.h"
#include "daemon/cli/repair_report.h"
#include "daemon/logging.h"
#include "ledger/durable_file.h"
#include "ledger/swap.h"
#include "projections/verify.h"

namespace jobledger::daemon::cli {
namespace {

namespace fs = std::filesystem;
using ledger::Failure;
using ledger::Result;
using projections::Examination;

struct Options {
  std::string data_dir;
  std::optional<std::uint64_t> cut_at;
  bool rebuild = false;
  std::string aside;
  std::string reason;
  std::vector<std::string> anchors;
  bool json = false;

  bool changes() const { return cut_at || rebuild; }
};

Result<std::vector<projections::NamedNote>> read_anchors(const Options& options) {
  std::vector<projections::NamedNote> notes;
  std::vector<std::string> paths = options.anchors;
  std::error_code error;
  if (fs::exists(anchor_of(options.data_dir), error)) paths.push_back(anchor_of(options.data_dir));
  for (const std::string& path : paths) {
    auto note = read_file(path);
    if (!note) return note.error();
    notes.emplace_back("the anchor " + path, std::move(*note));
  }
  return notes;
}

/// What a start and `verify` say, where the files themselves are whole. RocksDB may end the
/// process.
void look_at_database(const Options& options, const projections::RecoveryReport& report,
                      Examination& found) {
  const bool files_are_whole = found.findings.empty();
  ledger::StoreOptions how;
  how.create = false;
  how.read_only = true;
  std::string died_of;
  auto opens =
      run_apart([&] { return ledger::Store::open(options.data_dir, how) ? kDone : kNo; }, died_of);
  if (!opens) {
    found.findings.push_back("RocksDB ends the program when it opens the database");
    return;
  }
  auto store = ledger::Store::open(options.data_dir, how);
  if (!store) {
    found.findings.push_back(store.error().message);
    return;
  }
  if (!files_are_whole) return;
  projections::VerifyRequest request;
  request.allow_redacted = true;
  auto verified = projections::verify(**store, report, request);
  for (const std::string& finding : verified.findings) found.findings.push_back(finding);
}

/// `cut-20261128T231500Z`.
std::string folder_name() {
  std::string time = ledger::to_rfc3339(ledger::SystemClock().now()).substr(0, 19);
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  return "cut-" + time + "Z";
}

/// Takes away what a repair left that was interrupted before the old database was moved: copies
/// alone.
void remove_leftovers(const std::string& data_dir) {
  std::error_code error;
  for (const auto& each : fs::directory_iterator(data_dir, error)) {
    const fs::path& path = each.path();
    bool of_repair =
        path.filename().string().starts_with("cut-") && fs::exists(path / "new", error);
    if (of_repair && !fs::exists(path / "db", error)) fs::remove_all(path, error);
  }
}

/// The folder for what is put aside, made.
Result<std::string> make_folder(const Options& options, std::uint64_t bytes) {
  std::error_code error;
  remove_leftovers(options.data_dir);
  const std::string wanted =
      options.aside.empty() ? options.data_dir + '/' + folder_name() : options.aside;
  const std::string folder = fs::absolute(wanted, error).lexically_normal().string();
  if (fs::exists(folder, error) && !fs::is_empty(folder, error)) {
    return Failure{folder + " is not empty: name a folder that is missing or empty with --aside"};
  }
  fs::create_directories(folder + "/new", error);
  if (error) return Failure{"cannot make " + folder + ": " + error.message()};
  struct stat there {};
  struct stat here {};
  if (stat(folder.c_str(), &there) != 0 || stat((options.data_dir + "/db").c_str(), &here) != 0 ||
      there.st_dev != here.st_dev) {
    fs::remove_all(folder, error);
    return Failure{folder +
                   " is on another file system than the data directory: the old database "
                   "can be moved only within one; copy it there afterwards"};
  }
  fs::permissions(folder, fs::perms::owner_all, error);  // keys and secrets come into it
  if (error) return Failure{"cannot close " + folder + " to others: " + error.message()};
  fs::space_info space = fs::space(folder, error);
  if (!error && space.available < 2 * bytes) {
    fs::remove_all(folder, error);
    return Failure{"there is no room for another database beside the old one: " +
                   std::to_string(2 * bytes) + " bytes must be free on that disk"};
  }
  return folder;
}

/// Why it must not be done; empty if nothing speaks against it.
std::string against(const Options& options, const Examination& found) {
  if (found.findings.empty()) return "nothing is damaged: there is nothing to repair";
  if (!found.hopeless.empty()) return found.hopeless + ": restore a backup";
  const std::string whole = std::to_string(found.whole);
  if (options.rebuild && !found.lost_nothing()) {
    return "not every entry is whole: --rebuild is for where nothing is lost; see --cut-at " +
           whole;
  }
  if (options.cut_at && *options.cut_at > found.whole) {
    return "only up to version " + whole + " everything is provably whole: --cut-at can be " +
           whole + " at most";
  }
  if (options.cut_at && found.lost_nothing()) {
    return "no entry is lost: --rebuild makes the database anew with all of them";
  }
  return "";
}

int change(const Options& options, ledger::Salvage& salvage, const Examination& found,
           const projections::RecoveryReport& report, Console console) {
  if (std::string why = against(options, found); !why.empty()) {
    return could_not({why + "; nothing was changed"}, console);
  }
  auto folder = make_folder(options, salvage.bytes());
  if (!folder) return could_not(folder.error(), console);
  log::configure(log::Level::warn, log::Format::text);  // how the ledger opens is no news here
  repair::RemakeRequest request;
  request.directory = options.data_dir;
  request.folder = *folder;
  request.until = options.cut_at.value_or(found.whole);
  request.is_cut = options.cut_at.has_value();
  request.reason = options.reason;
  for (const std::string& anchor : options.anchors) {
    request.anchors.push_back(fs::absolute(anchor).string());
  }
  request.append = [](Started& started, ledger::CutLedger command) {
    return commit_as_operator(started, "", std::move(command));
  };
  auto remade = repair::remake(salvage, found, request, report);
  if (!remade) {
    std::error_code ignored;
    if (ledger::Swap::begun(options.data_dir).empty()) fs::remove_all(*folder, ignored);
    return could_not(remade.error(), console);
  }
  RepairNames names{options.data_dir, *folder};
  options.json ? print_json(*remade, found, names, console.out)
               : print_text(*remade, found, names, console.out);
  return kDone;
}

/// What a repair that was interrupted left behind; the directory is whole then.
ledger::Status end_interrupted(const Options& options, Console console) {
  if (ledger::Swap::begun(options.data_dir).empty()) return ledger::ok();
  ledger::Status ended = ledger::Swap::finish(options.data_dir);
  if (ended) console.err << "a repair that was interrupted is ended: its database is in place\n";
  return ended;
}

int repair(const Options& options, Console console) {
  if (ledger::Status ended = end_interrupted(options, console); !ended) {
    return could_not(ended.error(), console);
  }
  auto apart = [](const std::function<int()>& work) {
    std::string died_of;
    return run_apart(work, died_of);
  };
  auto anchors = read_anchors(options);
  if (!anchors) return could_not(anchors.error(), console);
  auto salvage = ledger::Salvage::open(options.data_dir, apart);
  if (!salvage) return could_not(salvage.error(), console);
  Progress progress(console.err, "repair", "entries");
  auto report = report_on(progress, console);
  projections::SignedRoots roots(**salvage, *anchors);
  Examination found = projections::examine(**salvage, roots, report);
  if (!found.later.empty()) {
    progress.finish();
    return could_not({found.later}, console);
  }
  look_at_database(options, report, found);
  progress.finish();
  if (options.changes()) return change(options, **salvage, found, report, console);
  RepairNames names{options.data_dir, ""};
  options.json ? print_json(found, names, console.out) : print_text(found, names, console.out);
  return found.findings.empty() ? kDone : kNo;
}

int repair_apart(const Options& options, Console console) {
  std::string died_of;
  auto code = run_apart([&] { return repair(options, console); }, died_of);
  if (code) return *code;
  return could_not({"the database is damaged in such a way that RocksDB ended the program (" +
                    died_of + "); nothing was changed: restore a backup"},
                   console);
}

}  // namespace

void add_repair(CLI::App& app, Run& run, Console console) {
  CLI::App* command = app.add_subcommand(
      "repair", "Say what of a damaged ledger is whole, and go on from that when told to");
  auto options = std::make_shared<Options>();
  command
      ->add_option("--data-dir", options->data_dir,
                   "The ledger's directory; its daemon must not run")
      ->required();
  CLI::Option* cut = command->add_option(
      "--cut-at", options->cut_at,
      "Keep so many entries, as far as everything is whole, and put what follows aside");
  command
      ->add_flag(
          "--rebuild,--drop-snapshots", options->rebuild,
          "Make the database anew, where no entry is damaged: without snapshots, which can be "
          "made again")
      ->excludes(cut);
  command->add_option("--aside", options->aside,
                      "Where to put what is taken out; by default a folder in the data directory");
  command->add_option("--reason", options->reason,
                      "Why; it stands in the entry that tells of a cut");
  command->add_option(
      "--anchor", options->anchors,
      "An anchor in another place (tlog.anchor): it is believed, and set to the new "
      "end with a cut");
  command->add_flag("--json", options->json, "For programs");
  command->callback([&run, options, console] {
    run = [options, console] { return repair_apart(*options, console); };
  });
}

}  // namespace jobledger::daemon::cli
