#include "sync_faults.h"

#include <filesystem>

namespace jobledger::daemon::e2e {

SyncFaults::SyncFaults() : path_(dir_.path() + "/word") {
  release();
}

Variables SyncFaults::variables() const {
  return {{"LD_PRELOAD", SYNC_FAULTS_LIBRARY},
          {"SYNC_FAULTS", path_},
          {"ASAN_OPTIONS", "verify_asan_link_order=0"}};
}

// At once: whoever reads it gets one word or the other.
void SyncFaults::say(const std::string& word) {
  write_file(path_ + ".new", word);
  std::filesystem::rename(path_ + ".new", path_);
}

}  // namespace jobledger::daemon::e2e
