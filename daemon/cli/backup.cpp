#include <CLI/App.hpp>
#include <memory>
#include <ostream>

#include "daemon/backup/judge.h"
#include "daemon/backup/make.h"
#include "daemon/backup/shelf.h"
#include "daemon/cli/apart.h"
#include "daemon/cli/backup_watch.h"
#include "daemon/cli/directory.h"
#include "daemon/cli/table.h"
#include "daemon/json/writer.h"
#include "ledger/hash.h"

namespace jobledger::daemon::cli {
namespace {

using backup::Record;

struct Options {
  std::string data_dir;
  std::string to;
  std::string from;    ///< of a list
  std::string backup;  ///< to be checked
  bool quick = false;
  bool json = false;
};

std::string root_of(const Record& record) {
  return ledger::to_hex(ledger::bytes_of(record.root));
}

/// Bars that are left of work that ended early would hide what is said next.
int could_not_go_on(const ledger::Failure& failure, const BackupWatch& watch, Console console) {
  watch.watch().end();
  return could_not(failure, console);
}

void print(const backup::Made& made, std::ostream& out) {
  const Record& record = made.record;
  out << "backup " << record.name << " of ledger " << record.ledger_id.text() << " at version "
      << record.version << ", " << ledger::to_rfc3339(record.taken) << "\nin " << made.path << ": "
      << made.files << " files, " << size_text(record.bytes);
  if (made.shared_with) {
    out << ", of which " << size_text(record.shared) << " are shared with backup "
        << *made.shared_with;
  }
  out << "\nverified: "
      << (record.entries_read ? "every entry was read again" : "its end (entries were not read)")
      << "\nroot hash " << root_of(record) << '\n';
}

/// The record, as it is in the backup, and what is said beside it.
void print_json(const backup::Made& made, std::ostream& out) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  writer.field("path", made.path);
  writer.field("files", made.files);
  writer.field("sharedWith", made.shared_with);
  writer.raw_field("record", backup::record_text(made.record));
  writer.end_object();
  out << text << '\n';
}

int make(const Options& options, Console console) {
  BackupWatch watch(console);
  auto made = backup::make_backup({options.data_dir, options.to, options.quick}, watch.watch());
  if (!made) return could_not_go_on(made.error(), watch, console);
  options.json ? print_json(*made, console.out) : print(*made, console.out);
  return kDone;
}

int run_make(const Options& options, Console console) {
  if (options.data_dir.empty() || options.to.empty()) {
    console.err
        << "backup needs --data-dir, the ledger's directory, and --to, where backups go; or "
           "say backup list, or backup check\n";
    return kWrongUsage;
  }
  std::string died_of;
  auto code = run_apart([&] { return make(options, console); }, died_of);
  if (code) return *code;
  return could_not({"no backup was made: the database is damaged in such a way that RocksDB ended "
                    "the program that read it (" +
                    died_of + ")"},
                   console);
}

void print_list(const std::vector<Record>& records, std::ostream& out) {
  std::vector<std::vector<std::string>> rows = {
      {"BACKUP", "TAKEN", "VERSION", "LAST ENTRY", "SIZE", "SHARED", "ROOT HASH"}};
  for (const Record& record : records) {
    rows.push_back({record.name, ledger::to_rfc3339(record.taken), std::to_string(record.version),
                    record.last_entry ? ledger::to_rfc3339(*record.last_entry) : "-",
                    size_text(record.bytes), record.shared > 0 ? size_text(record.shared) : "-",
                    root_of(record).substr(0, 16)});
  }
  out << table(rows);
}

void print_list_json(const std::vector<Record>& records, std::ostream& out) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  writer.begin_array("backups");
  for (const Record& record : records) writer.raw(backup::record_text(record));
  writer.end_array();
  writer.end_object();
  out << text << '\n';
}

/// One that cannot be read is told of, and the code is that of a no; the others are listed.
int list(const Options& options, Console console) {
  auto names = backup::backups_in(options.from);
  if (!names) return could_not(names.error(), console);
  std::vector<Record> records;
  int code = kDone;
  for (const std::string& name : *names) {
    auto record = backup::read_record(options.from + '/' + name);
    if (!record) {
      code = kNo;
      console.err << record.error().message << '\n';
      continue;
    }
    record->name = name;
    records.push_back(*std::move(record));
  }
  if (records.empty() && code == kDone) console.err << "no backup in " << options.from << '\n';
  if (options.json) {
    print_list_json(records, console.out);
  } else if (!records.empty()) {
    print_list(records, console.out);
  }
  return code;
}

int print_check(const Options& options, const Record& record,
                const std::vector<std::string>& findings, Console console) {
  if (options.json) {
    std::string text;
    json::Writer writer(text);
    writer.begin_object();
    writer.field("sound", findings.empty());
    writer.begin_array("findings");
    for (const std::string& finding : findings) writer.value(finding);
    writer.end_array();
    writer.raw_field("record", backup::record_text(record));
    writer.end_object();
    console.out << text << '\n';
  } else if (findings.empty()) {
    console.out << "sound: backup " << record.name << " of ledger " << record.ledger_id.text()
                << " at version " << record.version << ", root hash " << root_of(record) << '\n';
  } else {
    for (const std::string& finding : findings) console.out << finding << '\n';
    console.out << "NOT sound: " << findings.size() << " found; do not count on this backup\n";
  }
  return findings.empty() ? kDone : kNo;
}

int check(const Options& options, Console console) {
  auto path = backup::find_backup(options.backup, std::nullopt);
  if (!path) return could_not(path.error(), console);
  auto record = backup::read_record(*path);
  if (!record) return could_not(record.error(), console);
  BackupWatch watch(console);
  auto depth = options.quick ? backup::Depth::ends : backup::Depth::all;
  auto findings = backup::check(*path, *record, depth, watch.watch());
  watch.watch().end();
  return print_check(options, *record, findings, console);
}

int run_check(const Options& options, Console console) {
  std::string died_of;
  auto code = run_apart([&] { return check(options, console); }, died_of);
  if (code) return *code;
  console.out << "NOT sound: RocksDB ended the program that read it (" << died_of << ")\n";
  return kNo;
}

void add_list(CLI::App& above, const std::shared_ptr<Options>& options, Run& run, Console console) {
  CLI::App* command = above.add_subcommand("list", "The backups that there are, oldest first");
  command->add_option("--from", options->from, "Where backups are")->required();
  command->add_flag("--json", options->json, "For programs");
  command->callback(
      [&run, options, console] { run = [options, console] { return list(*options, console); }; });
}

void add_check(CLI::App& above, const std::shared_ptr<Options>& options, Run& run,
               Console console) {
  CLI::App* command = above.add_subcommand(
      "check", "Read a backup again, by its checksums and entry by entry, and say what is wrong");
  command
      ->add_option("backup", options->backup,
                   "The backup; or where backups are, for the newest there")
      ->required();
  command->add_flag("--quick", options->quick, "By the checksums of its files, and its end, alone");
  command->add_flag("--json", options->json, "For programs");
  command->callback([&run, options, console] {
    run = [options, console] { return run_check(*options, console); };
  });
}

}  // namespace

void add_backup(CLI::App& app, Run& run, Console console) {
  CLI::App* command = app.add_subcommand(
      "backup", "Copy the ledger as it is now, also beside its daemon, and verify the copy");
  auto options = std::make_shared<Options>();
  command->add_option("--data-dir", options->data_dir, "The ledger's directory");
  command->add_option("--to", options->to,
                      "Where backups go, each in a folder of its own; made if it is missing");
  command->add_flag(
      "--quick", options->quick,
      "Hold the end of the copy against the ledger, and do not read its entries again");
  command->add_flag("--json", options->json, "For programs");
  command->require_subcommand(0, 1);
  // Set first, and so replaced by a command below it.
  command->parse_complete_callback([&run, options, console] {
    run = [options, console] { return run_make(*options, console); };
  });
  add_list(*command, options, run, console);
  add_check(*command, options, run, console);
}

}  // namespace jobledger::daemon::cli
