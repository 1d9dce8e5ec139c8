#include "ledger/held_database.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <thread>

#include "ledger/wal_end.h"

namespace jobledger::ledger {
namespace {

namespace fs = std::filesystem;

constexpr int kTries = 200;
constexpr int kDoubtTries = 6;  ///< of them, before damage is taken for what it is
constexpr std::chrono::milliseconds kPause{25};
constexpr std::uint64_t kBeginning = 4096;  ///< of a log, where it is not zero if it was written to

bool is_log(const std::string& name) {
  return name.ends_with(".log");
}

std::uint64_t number_of(const std::string& log) {
  return std::strtoull(log.c_str(), nullptr, 10);
}

using Names = std::set<std::string>;

/// Of what a database is opened from.
Result<Names> names_in(const std::string& db) {
  Names names;
  std::error_code error;
  for (fs::directory_iterator it(db, error), end; !error && it != end; it.increment(error)) {
    std::string name = it->path().filename();
    bool counts = is_table(name) || is_log(name) || name == "CURRENT" || name == "IDENTITY" ||
                  (name.starts_with("OPTIONS-") && !name.ends_with(".dbtmp")) ||
                  name.starts_with("MANIFEST-");
    if (counts) names.insert(std::move(name));
  }
  if (error) return Failure{"cannot look into " + db + ": " + error.message()};
  return names;
}

/// One attempt.
class Moment {
 public:
  Moment(std::string db, const std::function<void()>& meanwhile)
      : db_(std::move(db)), meanwhile_(meanwhile) {}

  /// False if something moved meanwhile, or a log is in doubt, which `doubt` tells.
  Result<bool> hold() {
    auto names = names_in(db_);
    if (!names) return names.error();
    if (!names->contains("CURRENT")) return Failure{"there is no database in " + db_};
    for (const std::string& name : *names) {
      bool is_gone = false;
      auto file = OpenFile::open(db_ + '/' + name, &is_gone);
      if (is_gone) return false;
      if (!file) return file.error();
      files_.push_back({name, std::move(*file), 0});
    }
    auto current = manifest_in(find("CURRENT")->file);
    if (!current) return current.error();
    manifest_name_ = *current;
    HeldFile* manifest = find(manifest_name_);
    if (!manifest) return false;
    auto before = manifest->file.size();
    if (!before) return before.error();
    if (Status sized = size_files(); !sized) return sized.error();
    if (doubt_) return false;
    return is_unmoved(*names, *manifest, *before);
  }

  const std::optional<Failure>& doubt() const { return doubt_; }

  /// Without manifests that are no more, or not yet, in use.
  std::vector<HeldFile> take() {
    std::erase_if(files_, [&](const HeldFile& held) {
      return held.name.starts_with("MANIFEST-") && held.name != manifest_name_;
    });
    return std::move(files_);
  }

 private:
  HeldFile* find(const std::string& name) {
    auto found = std::find_if(files_.begin(), files_.end(),
                              [&](const HeldFile& held) { return held.name == name; });
    return found == files_.end() ? nullptr : &*found;
  }

  static Result<std::string> manifest_in(const OpenFile& current) {
    auto text = current.read(kBeginning);
    while (text && text->ends_with('\n')) text->pop_back();
    return text;
  }

  Status size_files() {
    for (HeldFile& held : files_) {
      auto size = held.file.size();
      if (!size) return size.error();
      held.size = *size;
    }
    if (meanwhile_) meanwhile_();
    // From the last log to the first: what none was written to after is the last.
    std::vector<HeldFile*> logs;
    for (HeldFile& held : files_) {
      if (is_log(held.name)) logs.push_back(&held);
    }
    std::sort(logs.begin(), logs.end(), [](const HeldFile* a, const HeldFile* b) {
      return number_of(a->name) > number_of(b->name);
    });
    bool is_last = true;
    for (HeldFile* log : logs) {
      auto bytes = log->file.read();
      if (!bytes) return bytes.error();
      bool written = bytes->find_first_not_of('\0') < kBeginning;
      auto end = wal_end(std::move(*bytes), log->file.path(), is_last);
      if (!end) {
        doubt_ = end.error();
        return ok();
      }
      log->size = *end;
      if (written) is_last = false;
    }
    return ok();
  }

  Result<bool> is_unmoved(const Names& names, const HeldFile& manifest, std::uint64_t before) {
    auto after = manifest.file.size();
    auto names_now = names_in(db_);
    auto file = OpenFile::open(db_ + "/CURRENT");
    auto current = file ? manifest_in(*file) : file.error();
    if (!after || !names_now || !current) return false;
    return *after == before && *names_now == names && *current == manifest.name;
  }

  const std::string db_;
  const std::function<void()>& meanwhile_;
  std::vector<HeldFile> files_;
  std::string manifest_name_;
  std::optional<Failure> doubt_;
};

}  // namespace

bool is_table(const std::string& name) {
  return name.ends_with(".sst");
}

Result<std::vector<HeldFile>> hold_database(const std::string& db,
                                            const std::function<void()>& meanwhile) {
  int doubts = 0;
  for (int tried = 0; tried < kTries; ++tried) {
    if (tried > 0) std::this_thread::sleep_for(kPause);
    Moment moment(db, meanwhile);
    auto held = moment.hold();
    if (!held) return held.error();
    if (*held) return moment.take();
    // A record may be read of which only a part is written.
    if (moment.doubt() && ++doubts == kDoubtTries) return *moment.doubt();
  }
  return Failure{"the files in " + db + " change all the time; try again when there is less load"};
}

}  // namespace jobledger::ledger
