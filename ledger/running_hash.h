#pragma once

#include <memory>
#include <string_view>

#include "ledger/command.h"

namespace jobledger::ledger {

/// SHA-256 of what comes piece by piece (FIPS 180-4).
class RunningHash {
 public:
  RunningHash();
  ~RunningHash();
  RunningHash(const RunningHash&) = delete;

  void add(std::string_view bytes);
  /// Of all that came; nothing may come after it.
  Sha256 finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace jobledger::ledger
