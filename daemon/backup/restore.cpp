#include "daemon/backup/restore.h"

#include <filesystem>
#include <functional>

#include "daemon/backup/judge.h"
#include "daemon/backup/shelf.h"
#include "ledger/backup_files.h"
#include "ledger/durable_file.h"
#include "ledger/hash.h"
#include "ledger/new_directory.h"
#include "ledger/tree_reader.h"

namespace jobledger::daemon::backup {

namespace fs = std::filesystem;
using ledger::Failure;
using ledger::FileSum;
using ledger::Result;
using ledger::Status;

namespace {

Failure damaged(const std::string& backup, const std::string& what) {
  return {"the backup " + backup + " cannot be restored: " + what +
          ". Nothing was made; see `jobledger backup list` for another"};
}

class Restoring {
 public:
  Restoring(const RestoreRequest& request, const Watch& watch, ledger::NewDirectory directory,
            Record record)
      : request_(request), watch_(watch), directory_(std::move(directory)) {
    restored_.record = std::move(record);
  }

  Result<Restored> restore() {
    Status made = request_.until ? make_another() : make_same();
    if (made) made = append();
    if (made) made = directory_.finish();
    if (!made) return made.error();
    return std::move(restored_);
  }

 private:
  Status make_same() {
    if (Status copied = copy(); !copied) return copied;
    auto depth = request_.quick ? Depth::entries : Depth::all;
    auto findings = judge(directory_.workshop(), restored_.record, depth, watch_);
    if (!findings.empty()) return damaged(request_.backup, in_words(findings));
    return note_origin(restored_.record.version, restored_.record.root);
  }

  Status copy() {
    auto sums = ledger::read_sums(request_.backup);
    if (!sums) return damaged(request_.backup, sums.error().message);
    std::error_code error;
    const std::string db = directory_.workshop() + "/db";
    fs::create_directory(db, error);
    if (!error) fs::permissions(db, fs::perms::owner_all, error);
    if (error) return Failure{"cannot make the directory " + db + ": " + error.message()};
    watch_.begin("copy", "MiB");
    MiBDone done(watch_, restored_.record.bytes);
    for (const FileSum& sum : *sums) {
      Status copied = copy_file(sum, done);
      if (!copied) return copied;
    }
    watch_.end();
    Status synced = ledger::sync_directory(db);
    return synced ? ledger::sync_directory(directory_.workshop()) : synced;
  }

  Status copy_file(const FileSum& sum, MiBDone& done) {
    if (sum.path == ledger::kBackupRecord) {
      std::string wrong = ledger::wrong_with(request_.backup, sum, nullptr);
      return wrong.empty() ? ledger::ok() : Status(damaged(request_.backup, wrong));
    }
    bool is_gone = false;
    auto file = ledger::OpenFile::open(request_.backup + '/' + sum.path, &is_gone);
    if (is_gone) return damaged(request_.backup, sum.path + " is missing");
    auto size = file ? file->size() : file.error();
    if (!size) return size.error();
    auto hash =
        ledger::copy_file(*file, *size, directory_.workshop() + '/' + sum.path, std::ref(done));
    if (!hash) return hash.error();
    if (*hash == sum.hash) return ledger::ok();
    return damaged(request_.backup, sum.path + " is damaged: it does not have its checksum");
  }

  Status make_another() {
    auto findings = check(request_.backup, restored_.record, Depth::ends, watch_);
    if (!findings.empty()) return damaged(request_.backup, in_words(findings));
    auto from = open_to_read(request_.backup);
    if (!from) return from.error();
    auto until = request_.until(**from);
    if (!until) return until.error();
    auto into = ledger::Store::open(directory_.workshop(), {});
    if (!into) return into.error();
    watch_.begin("replay", "entries");
    projections::RecoveryReport report{watch_.note, [&](const projections::FoldProgress& at) {
                                         watch_.progress(at.done, at.total);
                                       }};
    auto replayed = projections::replay(**from, **into, {*until, {}}, report);
    watch_.end();
    if (!replayed) return replayed.error();
    restored_.replay = std::move(*replayed);
    auto root = ledger::TreeReader(**from).root(*until);
    if (!root) return root.error();
    return note_origin(*until, *root);
  }

  Status note_origin(std::uint64_t version, const ledger::Sha256& root) {
    const Record& record = restored_.record;
    restored_.from = {record.name, record.taken, record.origin, version, root};
    return ledger::ok();
  }

  Status append() {
    auto started = start(directory_.workshop());
    if (!started) return started.error();
    auto receipt = request_.append(*started, {restored_.from});
    if (!receipt) return receipt.error();
    restored_.ledger_id = started->store->ledger_id();
    restored_.entry = receipt->version - 1;
    auto root = ledger::TreeReader(*started->store).root(receipt->version);
    if (!root) return root.error();
    restored_.root = ledger::to_hex(ledger::bytes_of(*root));
    return ledger::ok();
  }

  const RestoreRequest& request_;
  const Watch& watch_;
  ledger::NewDirectory directory_;
  Restored restored_;
};

}  // namespace

Result<Restored> restore(const RestoreRequest& request, const Watch& watch) {
  auto record = read_record(request.backup);
  if (!record) return record.error();
  if (is_inside(request.into, request.backup)) {
    return Failure{request.into +
                   " is in the backup, which stays as it is: name another directory"};
  }
  auto directory = ledger::NewDirectory::begin(request.into);
  if (!directory) return directory.error();
  return Restoring(request, watch, std::move(*directory), std::move(*record)).restore();
}

}  // namespace jobledger::daemon::backup
