#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "bench/report.h"

namespace jobledger::bench {

/// How a run is made. Each part makes its own data directory below `directory` and removes it.
struct Plan {
  std::string program;    ///< the daemon's
  std::string directory;  ///< there already, on the disk that is to be measured
  bool quick = false;     ///< less of everything: to see that it works, not for figures
  double seconds = 2;     ///< of each load that is bounded in time
  std::vector<std::size_t> connections = {16, 64, 256};  ///< of the parts on HTTP and for the peers
  std::uint64_t jobs = 1'000'000;                        ///< of the parts on what is large
  std::uint64_t seed = 1;                                ///< of the order of cancels
};

/// One round each. Every figure of the daemon is with sync on and all answers read and checked.
void run_limits(const Plan& plan, Report& report);
void run_peers(const Plan& plan, Report& report);
void run_http(const Plan& plan, Report& report);
void run_tree(const Plan& plan, Report& report);
void run_reads(const Plan& plan, Report& report);
void run_feed(const Plan& plan, Report& report);
void run_bulk(const Plan& plan, Report& report);
void run_cascade(const Plan& plan, Report& report);
void run_growth(const Plan& plan, Report& report);
void run_size(const Plan& plan, Report& report);
void run_as_of(const Plan& plan, Report& report);
void run_verify(const Plan& plan, Report& report);
void run_refold(const Plan& plan, Report& report);
void run_overload(const Plan& plan, Report& report);

}  // namespace jobledger::bench
