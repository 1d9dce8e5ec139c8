#include "bench/fill.h"

#include <algorithm>
#include <stdexcept>

namespace jobledger::bench {

void do_all(const DaemonProcess& daemon, std::size_t connections, Work& work,
            std::uint64_t requests) {
  Measured done =
      run_load(daemon.port(), connections, work, {.requests = requests, .seconds = 900});
  if (done.requests < requests) {
    throw std::runtime_error("the ledger was not filled in 15 minutes");
  }
}

void fill_singly(const DaemonProcess& daemon, const Caller& caller, std::uint64_t entries) {
  constexpr std::size_t kConnections = 64;
  Creates creates(caller, "/api/v2/jobs", single_job());
  do_all(daemon, kConnections, creates, entries / 2);
  Cancels cancels(caller, std::move(creates.ids()), 1);
  do_all(daemon, kConnections, cancels, entries / 2);
}

// In stretches, since the ids of ten million jobs would take a gigabyte.
std::vector<std::string> fill(const DaemonProcess& daemon, const Caller& caller,
                              std::uint64_t batches, const std::string& batch, std::size_t each) {
  constexpr std::uint64_t kStretch = 100;
  std::vector<std::string> kept;
  std::uint64_t created = 0;
  for (std::uint64_t done = 0; done < batches; done += kStretch) {
    Creates creates(caller, "/api/v2/batches", batch, kFillBatch);
    do_all(daemon, 1, creates, std::min(kStretch, batches - done));
    for (std::string& id : creates.ids()) {
      if (each > 0 && created++ % each == 0) kept.push_back(std::move(id));
    }
  }
  return kept;
}

}  // namespace jobledger::bench
