// Loaded into a daemon with LD_PRELOAD: what becomes of a sync of the log is as the file says that
// SYNC_FAULTS names. It holds one word: `hold`, and syncs wait until it says another; `fail`, and
// they fail with EIO; a number, and they take so many milliseconds longer. Else they are as ever.

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

struct Word {
  char text[16] = {};

  Word() {
    const char* path = std::getenv("SYNC_FAULTS");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    if (read(file, text, sizeof text - 1) < 0) text[0] = 0;
    close(file);
  }
  bool is(const char* word) const { return std::strcmp(text, word) == 0; }
};

/// RocksDB's write-ahead log alone.
bool is_log(int file) {
  char link[64];
  char path[512];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path);
  return length > 4 && std::memcmp(path + length - 4, ".log", 4) == 0;
}

int sync_by(const char* name, int file) {
  using Sync = int (*)(int);
  auto real = reinterpret_cast<Sync>(dlsym(RTLD_NEXT, name));
  if (!is_log(file)) return real(file);
  while (Word().is("hold")) usleep(1000);
  Word word;
  if (word.is("fail")) {
    errno = EIO;
    return -1;
  }
  usleep(static_cast<useconds_t>(std::atoi(word.text)) * 1000);
  return real(file);
}

}  // namespace

extern "C" int fsync(int file) {
  return sync_by("fsync", file);
}

extern "C" int fdatasync(int file) {
  return sync_by("fdatasync", file);
}
