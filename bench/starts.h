#pragma once

#include <string>

#include "bench/daemon_process.h"

namespace jobledger::bench {

/// The median of several starts; the memory is that of the last one, before any request.
struct Starts {
  double seconds = 0;
  double resident = 0;
};

/// Starts daemons on the directory, one after the other, which take no snapshots.
Starts time_starts(const std::string& program, const std::string& data_dir, Caller& caller);

/// Has a daemon take a snapshot of all that is there, which is more than nothing.
void take_snapshot(const std::string& program, const std::string& data_dir, Caller& caller);

}  // namespace jobledger::bench
