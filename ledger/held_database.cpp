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

/// Of what a database is opened from, beside CURRENT and the manifest that it names.
Result<Names> names_in(const std::string& db) {
  Names names;
  std::error_code error;
  for (fs::directory_iterator it(db, error), end; !error && it != end; it.increment(error)) {
    std::string name = it->path().filename();
    bool counts = is_table(name) || is_log(name) || name == "IDENTITY" ||
                  (name.starts_with("OPTIONS-") && !name.ends_with(".dbtmp"));
    if (counts) names.insert(std::move(name));
  }
  if (error) return Failure{"cannot look into " + db + ": " + error.message()};
  return names;
}

Result<std::string> manifest_in(const OpenFile& current) {
  auto text = current.read(kBeginning);
  while (text && text->ends_with('\n')) text->pop_back();
  return text;
}

/// Looks for a moment, again and again.
class Looking {
 public:
  Looking(std::string db, const std::function<void()>& meanwhile)
      : db_(std::move(db)), meanwhile_(meanwhile) {}

  /// False if something moved meanwhile, or a log is in doubt, which `doubt` tells.
  Result<bool> look() {
    files_.clear();
    doubt_.reset();
    bool is_gone = false;
    auto manifest = hold_manifest(is_gone);
    if (is_gone) return false;
    if (!manifest) return manifest.error();
    if (Status held = hold_rest(is_gone); !held) return held.error();
    if (is_gone) return false;
    sort_logs();
    if (meanwhile_) meanwhile_();
    if (Status read = read_last_log(); !read) return read.error();
    auto unmoved = is_unmoved(*manifest);
    if (!unmoved) return unmoved.error();
    Status sized = size_logs();
    if (!sized) return sized.error();
    return *unmoved && !doubt_;
  }

  const std::optional<Failure>& doubt() const { return doubt_; }
  std::vector<HeldFile> take() { return std::move(files_); }

 private:
  Status hold(const std::string& name, bool& is_gone) {
    auto file = OpenFile::open(db_ + '/' + name, &is_gone);
    if (!file) return file.error();
    auto size = file->size();
    if (!size) return size.error();
    files_.push_back({name, std::move(*file), *size});
    return ok();
  }

  /// CURRENT, and the manifest that it names: the name of that.
  Result<std::string> hold_manifest(bool& is_gone) {
    if (Status held = hold("CURRENT", is_gone); !held) {
      if (!is_gone) return held.error();
      is_gone = false;
      return Failure{"there is no database in " + db_};
    }
    auto name = manifest_in(files_.back().file);
    if (!name) return name.error();
    Status held = hold(*name, is_gone);
    return held ? name : held.error();
  }

  Status hold_rest(bool& is_gone) {
    auto names = names_in(db_);
    if (!names) return names.error();
    for (const std::string& name : *names) {
      Status held = hold(name, is_gone);
      if (is_gone) return ok();
      if (!held) return held;
    }
    return ok();
  }

  /// The last one first.
  void sort_logs() {
    logs_.clear();
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (is_log(files_[i].name)) logs_.push_back(i);
    }
    std::sort(logs_.begin(), logs_.end(), [&](std::size_t a, std::size_t b) {
      return number_of(files_[a].name) > number_of(files_[b].name);
    });
  }

  /// Of a log that was read before, what has come since.
  Status read_last_log() {
    if (logs_.empty()) return ok();
    const HeldFile& log = files_[logs_.front()];
    if (last_name_ != log.name) last_bytes_.clear();
    last_name_ = log.name;
    auto more = log.file.read_from(last_bytes_.size());
    if (!more) return more.error();
    last_bytes_ += *more;
    return ok();
  }

  Result<bool> is_unmoved(const std::string& name) {
    auto size = files_[1].file.size();  // of the manifest
    if (!size) return size.error();
    auto current = OpenFile::open(db_ + "/CURRENT");
    auto now = current ? manifest_in(*current) : current.error();
    return now && *now == name && *size == files_[1].size;
  }

  /// From the last log to the first: the one that none was written to after is the last. Those
  /// before the one that is read do not change any more.
  Status size_logs() {
    bool is_last = true;
    for (std::size_t place : logs_) {
      HeldFile& log = files_[place];
      const bool is_read = place == logs_.front();
      auto bytes = is_read ? Result<std::string>(last_bytes_) : log.file.read();
      if (!bytes) return bytes.error();
      bool written = bytes->find_first_not_of('\0') < kBeginning;
      auto end = wal_end(std::move(*bytes), log.file.path(), is_last);
      if (is_read) last_bytes_.resize(end ? *end : 0);  // whole records stay as they are
      if (!end) {
        doubt_ = end.error();
        return ok();
      }
      log.size = *end;
      if (written) is_last = false;
    }
    return ok();
  }

  const std::string db_;
  const std::function<void()>& meanwhile_;
  std::vector<HeldFile> files_;    ///< CURRENT, the manifest, and the rest
  std::vector<std::size_t> logs_;  ///< their places
  std::string last_name_;          ///< of the log that was read
  std::string last_bytes_;         ///< what is known of it
  std::optional<Failure> doubt_;
};

}  // namespace

bool is_table(const std::string& name) {
  return name.ends_with(".sst");
}

Result<std::vector<HeldFile>> hold_database(const std::string& db,
                                            const std::function<void()>& meanwhile) {
  Looking looking(db, meanwhile);
  int doubts = 0;
  for (int tried = 0; tried < kTries; ++tried) {
    if (tried > 0) std::this_thread::sleep_for(kPause);
    auto found = looking.look();
    if (!found) return found.error();
    if (*found) return looking.take();
    // A record may be read of which only a part is written.
    if (looking.doubt() && ++doubts == kDoubtTries) return *looking.doubt();
  }
  return Failure{"the files in " + db + " change all the time; try again when there is less load"};
}

}  // namespace jobledger::ledger
