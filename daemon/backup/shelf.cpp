#include "daemon/backup/shelf.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "ledger/backup_files.h"
#include "ledger/durable_file.h"

namespace jobledger::daemon::backup {

namespace fs = std::filesystem;
using ledger::Failure;
using ledger::Result;

namespace {

constexpr std::size_t kDigits = 6;  // at least

bool is_number(const std::string& name) {
  return name.size() >= kDigits && name.find_first_not_of("0123456789") == std::string::npos;
}

bool is_part(const std::string& name) {
  const std::string end = kPart;
  return name.ends_with(end) && is_number(name.substr(0, name.size() - end.size()));
}

std::uint64_t number_of(const std::string& name) {
  return std::strtoull(name.c_str(), nullptr, 10);
}

std::string name_of(std::uint64_t number) {
  std::string name = std::to_string(number);
  return std::string(kDigits - std::min(kDigits, name.size()), '0') + name;
}

template <typename Wanted>
Result<std::vector<std::string>> names_in(const std::string& shelf, const Wanted& wanted) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(shelf, error), end; !error && it != end; it.increment(error)) {
    std::string name = it->path().filename();
    if (wanted(name)) names.push_back(std::move(name));
  }
  if (error) return Failure{"cannot look into " + shelf + ": " + error.message()};
  std::sort(names.begin(), names.end(),
            [](const std::string& a, const std::string& b) { return number_of(a) < number_of(b); });
  return names;
}

bool is_backup(const std::string& path) {
  std::error_code error;
  return fs::exists(path + '/' + ledger::kBackupRecord, error);
}

/// Each directory that is made is made durable in the one above it.
ledger::Status make_for_owner(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return ledger::ok();
  const fs::path whole = fs::absolute(path, error);
  const std::string above = whole.parent_path().string();
  if (whole.has_filename() && whole != whole.parent_path()) {
    if (ledger::Status made = make_for_owner(above); !made) return made;
  }
  fs::create_directory(whole, error);
  if (error) return Failure{"cannot make the directory " + path + ": " + error.message()};
  fs::permissions(whole, fs::perms::owner_all, error);
  if (error) return Failure{"cannot close " + path + " to others: " + error.message()};
  return ledger::sync_directory(above);
}

}  // namespace

bool is_inside(const std::string& path, const std::string& directory) {
  std::error_code error;
  auto inner = fs::weakly_canonical(path, error);
  auto outer = fs::weakly_canonical(directory, error);
  auto [left, right] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return !error && left == outer.end();
}

Result<std::vector<std::string>> backups_in(const std::string& shelf) {
  return names_in(shelf, is_number);
}

Result<std::string> find_backup(const std::string& from, std::optional<std::uint64_t> number) {
  if (is_backup(from)) {
    if (!number) return from;
    return Failure{from + " is a backup itself: name it alone, or the directory that it is in"};
  }
  auto names = backups_in(from);
  if (!names) return names.error();
  if (names->empty()) return Failure{"there is no backup in " + from};
  if (!number) return from + '/' + names->back();
  for (const std::string& name : *names) {
    if (number_of(name) == *number) return from + '/' + name;
  }
  return Failure{"there is no backup " + name_of(*number) + " in " + from + "; there are " +
                 std::to_string(names->size()) + ", from " + names->front() + " to " +
                 names->back()};
}

Result<OwnedShelf> OwnedShelf::open(const std::string& path) {
  if (is_backup(path)) {
    return Failure{path + " is a backup itself: name the directory that it is in"};
  }
  if (ledger::Status made = make_for_owner(path); !made) return made.error();
  int lock = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock < 0) return Failure{"cannot look into " + path};
  OwnedShelf shelf(path, lock);
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    return Failure{"another backup is being made in " + path + ": wait for its end"};
  }
  auto parts = names_in(path, is_part);
  if (!parts) return parts.error();
  for (const std::string& part : *parts) {
    std::error_code error;
    fs::remove_all(fs::path(path) / part, error);
    if (error) return Failure{"cannot remove " + path + '/' + part + ": " + error.message()};
  }
  return shelf;
}

OwnedShelf::~OwnedShelf() {
  if (lock_ >= 0) ::close(lock_);
}

OwnedShelf::OwnedShelf(OwnedShelf&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

Result<std::string> OwnedShelf::next_name() const {
  auto names = backups_in(path_);
  if (!names) return names.error();
  return name_of(names->empty() ? 1 : number_of(names->back()) + 1);
}

Result<std::optional<Record>> OwnedShelf::newest() const {
  auto names = backups_in(path_);
  if (!names) return names.error();
  if (names->empty()) return std::optional<Record>();
  auto record = read_record(path_ + '/' + names->back());
  if (!record) return record.error();
  record->name = names->back();
  return std::optional(*std::move(record));
}

}  // namespace jobledger::daemon::backup
