#include "ledger/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace jobledger::ledger {
namespace {

namespace fs = std::filesystem;

bool sync(const std::string& path, int flags) {
  int descriptor = ::open(path.c_str(), flags | O_RDONLY | O_CLOEXEC);
  bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  return synced;
}

}  // namespace

Status sync_directory(const std::string& path) {
  if (sync(path, O_DIRECTORY)) return ok();
  return Failure{"the directory " + path + " cannot be made durable"};
}

Status rename_durably(const std::string& from, const std::string& to) {
  if (!sync(from, 0)) return Failure{"the file " + from + " cannot be made durable"};
  std::error_code error;
  fs::rename(from, to, error);
  if (error) return Failure{"cannot rename " + from + " to " + to + ": " + error.message()};
  std::string directory = fs::path(to).parent_path().string();
  return sync_directory(directory.empty() ? "." : directory);
}

Status replace_durably(const std::string& path, const std::string& bytes) {
  std::string fresh = path + ".new";
  std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
  file << bytes;
  file.close();
  if (file) return rename_durably(fresh, path);
  return Failure{"the file " + fresh + " cannot be written; is there room, and is it allowed?"};
}

}  // namespace jobledger::ledger
