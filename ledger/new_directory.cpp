#include "ledger/new_directory.h"

#include <filesystem>
#include <utility>
#include <vector>

#include "ledger/durable_file.h"

namespace jobledger::ledger {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWorkshop = "/incomplete";

Failure failure(const std::string& what, const std::error_code& error) {
  return {what + ": " + error.message()};
}

}  // namespace

Result<NewDirectory> NewDirectory::begin(const std::string& path) {
  std::error_code error;
  bool exists = fs::exists(path, error);
  if (error) return failure("cannot look at " + path, error);
  if (exists && !fs::is_directory(path, error)) return Failure{path + " is no directory"};
  if (std::string why = unfinished(path); !why.empty()) return Failure{why};
  if (exists && !fs::is_empty(path, error)) {
    return Failure{"the directory " + path + " is not empty; name one that is missing or empty"};
  }
  if (error) return failure("cannot look at " + path, error);
  fs::create_directories(path, error);
  if (error) return failure("cannot make the directory " + path, error);
  NewDirectory directory(path, !exists);
  // Of two that come at the same time one makes it.
  bool mine = fs::create_directory(directory.workshop(), error);
  if (mine) return directory;
  directory.path_.clear();
  return Failure{"cannot begin in the directory " + path + "; is it in use?"};
}

NewDirectory::NewDirectory(NewDirectory&& other) noexcept
    : path_(std::exchange(other.path_, {})), made_(other.made_) {}

NewDirectory::~NewDirectory() {
  if (path_.empty()) return;
  std::error_code ignored;
  fs::remove_all(workshop(), ignored);
  if (made_) fs::remove(path_, ignored);
}

std::string NewDirectory::workshop() const {
  return path_ + kWorkshop;
}

Status NewDirectory::finish() {
  std::error_code error;
  std::vector<fs::path> made;
  for (fs::directory_iterator it(workshop(), error), end; !error && it != end;
       it.increment(error)) {
    made.push_back(it->path());
  }
  for (const fs::path& each : made) {
    if (!error) fs::rename(each, fs::path(path_) / each.filename(), error);
  }
  if (error) return failure("the finished ledger cannot be put in its place", error);
  Status synced = sync_directory(path_);
  if (!synced) return synced;
  fs::remove_all(workshop(), error);
  if (error) return failure("cannot remove " + workshop(), error);
  std::string path = std::exchange(path_, {});
  return sync_directory(path);
}

std::string NewDirectory::unfinished(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path + kWorkshop, error)) return {};
  return "the directory " + path +
         " holds a replay, a restore or an import that has not come to its end; if none is at "
         "work, remove the directory and repeat it";
}

}  // namespace jobledger::ledger
