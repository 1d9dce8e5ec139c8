#include "tests/fuzz/memory_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include "tests/fuzz/support.h"

namespace jobledger::fuzz {

MemoryFile::MemoryFile()
    : file_(memfd_create("fuzz", MFD_CLOEXEC)), path_("/proc/self/fd/" + std::to_string(file_)) {
  require(file_ >= 0, "there is memory for a file");
}

MemoryFile::~MemoryFile() {
  ::close(file_);
}

void MemoryFile::set(std::string_view bytes) {
  bool cleared = ftruncate(file_, 0) == 0;
  auto written = ::pwrite(file_, bytes.data(), bytes.size(), 0);
  require(cleared && written == static_cast<ssize_t>(bytes.size()), "a file can be written");
}

}  // namespace jobledger::fuzz
