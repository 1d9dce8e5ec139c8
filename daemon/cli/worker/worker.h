#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "daemon/cli/commands.h"
#include "daemon/cli/http_client.h"

namespace jobledger::daemon::cli::worker {

struct Options {
  Remote remote;
  std::vector<std::string> command;  ///< a program and its arguments
  std::vector<std::string> tags;
  std::uint64_t max_jobs = 0;  ///< 0: any number
  bool once = false;
  std::chrono::seconds wait{30};
  std::chrono::seconds lease{60};
  std::chrono::seconds grace{10};
  bool pass_token = false;
  bool json = false;
};

/// Claims jobs and runs the command for each, one after the other, until a signal ends it. One
/// thread. Gives the exit code.
int run(const Options& options, Console console);

}  // namespace jobledger::daemon::cli::worker
