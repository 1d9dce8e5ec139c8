#include "small_disk.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

namespace jobledger::daemon::e2e {

SmallDisk::SmallDisk(std::uint64_t bytes) {
  const std::string options = "size=" + std::to_string(bytes);
  if (mount("tmpfs", path().c_str(), "tmpfs", MS_NODEV | MS_NOSUID, options.c_str()) != 0) {
    throw std::runtime_error("cannot mount a file system at " + path());
  }
}

SmallDisk::~SmallDisk() {
  umount2(path().c_str(), MNT_DETACH);
}

bool SmallDisk::can_be_made() {
  try {
    SmallDisk(1 << 20);
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

void SmallDisk::leave(std::uint64_t bytes) {
  give_back();
  const std::uint64_t free = std::filesystem::space(path()).available;
  if (free <= bytes) return;
  const int file = open(ballast().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const bool filled = file >= 0 && posix_fallocate(file, 0, static_cast<off_t>(free - bytes)) == 0;
  if (file >= 0) close(file);
  if (!filled) throw std::runtime_error("cannot fill " + path());
}

void SmallDisk::give_back() {
  std::filesystem::remove(ballast());
}

}  // namespace jobledger::daemon::e2e
