#include "daemon/backup/make.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "daemon/backup/judge.h"
#include "daemon/backup/shelf.h"
#include "ledger/anchor.h"
#include "ledger/backup_files.h"
#include "ledger/codec.h"
#include "ledger/durable_file.h"
#include "ledger/held_database.h"
#include "ledger/keys.h"
#include "ledger/signing_keys.h"
#include "ledger/tree_reader.h"

namespace jobledger::daemon::backup {

namespace fs = std::filesystem;
using ledger::Failure;
using ledger::FileSum;
using ledger::HeldFile;
using ledger::Result;
using ledger::Status;

namespace {

/// One that is being made: taken away unless it is finished.
class Part {
 public:
  Part(const OwnedShelf& shelf, std::string name)
      : shelf_(shelf.path()), name_(std::move(name)), path_(shelf_ + '/' + name_ + kPart) {}
  ~Part() {
    std::error_code ignored;
    if (!finished_) fs::remove_all(path_, ignored);
  }
  Part(const Part&) = delete;

  const std::string& path() const { return path_; }
  const std::string& name() const { return name_; }
  std::string finished_path() const { return shelf_ + '/' + name_; }

  Status begin() {
    std::error_code error;
    for (const std::string& path : {path_, path_ + "/db"}) {
      fs::create_directory(path, error);
      if (!error) fs::permissions(path, fs::perms::owner_all, error);
      if (error) return Failure{"cannot make the directory " + path + ": " + error.message()};
    }
    return ledger::ok();
  }

  Status finish() {
    if (Status synced = ledger::sync_directory(path_ + "/db"); !synced) return synced;
    Status renamed = ledger::rename_durably(path_, finished_path());
    finished_ = renamed.has_value();
    return renamed;
  }

 private:
  std::string shelf_;
  std::string name_;
  std::string path_;
  bool finished_ = false;
};

/// A backup whose tables can be shared.
struct Earlier {
  std::string path;
  std::map<std::string, ledger::Sha256> sums;
};

class Making {
 public:
  Making(const MakeRequest& request, const Watch& watch, const OwnedShelf& shelf, std::string name)
      : request_(request), watch_(watch), part_(shelf, std::move(name)) {
    made_.record.name = part_.name();
    made_.path = part_.finished_path();
  }

  void share_with(Earlier earlier, const std::string& name) {
    earlier_ = std::move(earlier);
    earlier_name_ = name;
  }

  Result<Made> make() {
    if (Status begun = part_.begin(); !begun) return begun.error();
    for (Status (Making::*step)() :
         {&Making::copy, &Making::drop_left_over, &Making::describe, &Making::hold_against_ledger,
          &Making::judge_copy, &Making::seal}) {
      if (Status done = (this->*step)(); !done) return done.error();
    }
    return made_;
  }

 private:
  Status copy() {
    // Before the rest: what it speaks of is in the log then.
    if (Status copied = copy_anchor(); !copied) return copied;
    ledger::SystemClock clock;
    auto held = ledger::hold_database(request_.data_dir + "/db");
    if (!held) return held.error();
    made_.record.taken = clock.now();
    std::uint64_t total = 0;
    for (const HeldFile& file : *held) total += file.size;
    watch_.begin("copy", "MiB");
    MiBDone done(watch_, total);
    for (const HeldFile& file : *held) {
      Status added = add(file, done);
      if (!added) return added;
    }
    watch_.end();
    return ledger::ok();
  }

  Status copy_anchor() {
    bool is_gone = false;
    auto file = ledger::OpenFile::open(request_.data_dir + '/' + ledger::kAnchorName, &is_gone);
    if (is_gone) return ledger::ok();
    auto text = file ? file->read() : file.error();
    if (!text) return text.error();
    return add_text(ledger::kAnchorName, *text);
  }

  Status add(const HeldFile& file, MiBDone& done) {
    const std::string path = "db/" + file.name;
    auto known = earlier_.sums.find(path);
    if (ledger::is_table(file.name) && known != earlier_.sums.end()) {
      auto hash = share(file, path, known->second, done);
      if (!hash) return hash.error();
      if (*hash) {
        keep(path, **hash, file.size);
        made_.record.shared += file.size;
        return ledger::ok();
      }
    }
    auto hash = ledger::copy_file(file.file, file.size, part_.path() + '/' + path, std::ref(done));
    if (!hash) return hash.error();
    keep(path, *hash, file.size);
    return ledger::ok();
  }

  /// Shares the table if the earlier backup has it, byte for byte: nullopt if not.
  Result<std::optional<ledger::Sha256>> share(const HeldFile& file, const std::string& path,
                                              const ledger::Sha256& known, MiBDone& done) {
    using Shared = std::optional<ledger::Sha256>;
    const std::string there = earlier_.path + '/' + path;
    std::error_code error;
    if (fs::file_size(there, error) != file.size || error) return Shared();
    auto hash = ledger::hash_file(file.file, file.size, nullptr);
    if (!hash) return hash.error();
    if (*hash != known) return Shared();
    if (std::string wrong = ledger::wrong_with(earlier_.path, {path, known}, nullptr);
        !wrong.empty()) {
      watch_.note("backup " + earlier_name_ + ": " + wrong + "; it is copied anew, and not shared");
      return Shared();
    }
    fs::create_hard_link(there, part_.path() + '/' + path, error);
    if (error) return Shared();  // the file system has none, or no more: it is copied
    done(file.size);
    made_.shared_with = earlier_name_;
    return Shared(*hash);
  }

  void keep(const std::string& path, const ledger::Sha256& hash, std::uint64_t size) {
    sums_.push_back({path, hash});
    sizes_[path] = size;
  }

  Status add_text(const std::string& path, const std::string& text) {
    auto hash = ledger::write_new_file(part_.path() + '/' + path, text);
    if (!hash) return hash.error();
    keep(path, *hash, text.size());
    return ledger::ok();
  }

  /// Tables that the database does not know of: they were being written.
  Status drop_left_over() {
    auto store = open_to_read(part_.path());
    if (!store) return Failure{"the copy does not open: " + store.error().message};
    auto names = (*store)->table_names();
    std::set<std::string> known(names.begin(), names.end());
    std::error_code error;
    std::erase_if(sums_, [&](const FileSum& sum) {
      std::string name = sum.path.substr(sum.path.rfind('/') + 1);
      if (!ledger::is_table(name) || known.contains(name)) return false;
      if (!error) fs::remove(part_.path() + '/' + sum.path, error);
      return true;
    });
    if (error) return Failure{"cannot remove a table from " + part_.path()};
    return read_end(**store);
  }

  Status read_end(const ledger::Store& store) {
    Record& record = made_.record;
    auto count = store.entry_count();
    auto root = count ? ledger::TreeReader(store).root(*count) : count.error();
    if (!root) return Failure{"the end of the copy cannot be read: " + root.error().message};
    record.ledger_id = store.ledger_id();
    record.version = *count;
    record.root = *root;
    record.checkpoint = store.meta_row(ledger::keys::kCheckpoint).value_or("");
    if (auto keys = ledger::SigningKeys::load(store); keys && !keys->empty()) {
      record.origin = keys->all().front().name;
    }
    if (*count == 0) return ledger::ok();
    auto bytes = store.entry(*count - 1);
    auto last = bytes ? ledger::decode_head(*bytes) : bytes.error();
    if (!last) return last.error();
    record.last_entry = last->time;
    return ledger::ok();
  }

  Status describe() {
    Record& record = made_.record;
    for (const FileSum& sum : sums_) record.bytes += sizes_[sum.path];
    record.entries_read = !request_.quick;
    made_.files = sums_.size();
    return ledger::ok();
  }

  /// What the ledger itself says of the version, by now.
  Status hold_against_ledger() {
    auto store = open_to_read(request_.data_dir);
    if (!store) return store.error();
    const Record& record = made_.record;
    auto root = ledger::TreeReader(**store).root(record.version);
    if (!root) return root.error();
    bool same = (*store)->ledger_id() == record.ledger_id && *root == record.root;
    if (same) return ledger::ok();
    return Failure{"the copy has another history than the ledger: was the directory replaced?"};
  }

  Status judge_copy() {
    auto depth = request_.quick ? Depth::ends : Depth::entries;
    auto findings = judge(part_.path(), made_.record, depth, watch_);
    if (findings.empty()) return ledger::ok();
    return Failure{
        "the copy is not right, and so perhaps the ledger is not: " + in_words(findings) +
        ". See what `jobledger verify` says of " + request_.data_dir};
  }

  Status seal() {
    Status written = add_text(ledger::kBackupRecord, record_text(made_.record) + '\n');
    if (written) written = remove_others();
    if (!written) return written;
    auto sums =
        ledger::write_new_file(part_.path() + '/' + ledger::kBackupSums, ledger::sums_text(sums_));
    if (!sums) return sums.error();
    return part_.finish();
  }

  /// What a database leaves that was opened: its lock, its log of messages.
  Status remove_others() {
    std::set<std::string> known;
    for (const FileSum& sum : sums_) known.insert(sum.path);
    std::error_code error;
    std::vector<fs::path> others;
    for (fs::directory_iterator it(part_.path() + "/db", error), end; !error && it != end;
         it.increment(error)) {
      if (!known.contains("db/" + it->path().filename().string())) others.push_back(it->path());
    }
    for (const fs::path& other : others) {
      if (!error) fs::remove(other, error);
    }
    if (error) return Failure{"cannot tidy " + part_.path() + ": " + error.message()};
    return ledger::ok();
  }

  const MakeRequest& request_;
  const Watch& watch_;
  Part part_;
  Earlier earlier_;
  std::string earlier_name_;
  std::vector<FileSum> sums_;
  std::map<std::string, std::uint64_t> sizes_;
  Made made_;
};

}  // namespace

Result<Made> make_backup(const MakeRequest& request, const Watch& watch) {
  auto store = open_to_read(request.data_dir);
  if (!store) return store.error();
  const ledger::Ulid id = (*store)->ledger_id();
  store->reset();
  if (is_inside(request.to, request.data_dir)) {
    return Failure{request.to +
                   " is in the data directory: put backups elsewhere, best on another "
                   "disk"};
  }
  auto shelf = OwnedShelf::open(request.to);
  if (!shelf) return shelf.error();
  auto name = shelf->next_name();
  if (!name) return name.error();
  Making making(request, watch, *shelf, *name);
  auto newest = shelf->newest();
  if (!newest) watch.note(newest.error().message + "; nothing is shared with it");
  if (newest && *newest && (*newest)->ledger_id != id) {
    return Failure{"the backups in " + request.to + " are of the ledger " +
                   (*newest)->ledger_id.text() + ", and this is " + id.text() +
                   ": give each ledger a directory of its own"};
  }
  if (newest && *newest) {
    Earlier earlier{shelf->path() + '/' + (*newest)->name, {}};
    auto sums = ledger::read_sums(earlier.path);
    if (!sums) watch.note(sums.error().message + "; nothing is shared with it");
    if (sums) {
      for (FileSum& sum : *sums) earlier.sums.emplace(std::move(sum.path), sum.hash);
    }
    making.share_with(std::move(earlier), (*newest)->name);
  }
  return making.make();
}

}  // namespace jobledger::daemon::backup
