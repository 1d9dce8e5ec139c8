#pragma once

#include <string>

#include "process.h"
#include "tests/support/temp_dir.h"

namespace jobledger::daemon::e2e {

/// A disk whose syncs of the log a test holds, delays or fails, for a daemon that is run with
/// `variables()`. See tests/faults/sync_faults.cpp.
class SyncFaults {
 public:
  SyncFaults();

  Variables variables() const;
  void hold() { say("hold"); }
  void fail() { say("fail"); }
  void delay(int milliseconds) { say(std::to_string(milliseconds)); }
  void release() { say("0"); }

 private:
  void say(const std::string& word);

  tests::TempDir dir_;
  const std::string path_;
};

}  // namespace jobledger::daemon::e2e
