#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/daemon_process.h"
#include "bench/works.h"

namespace jobledger::bench {

/// How many jobs `fill` creates with one request.
constexpr std::size_t kFillBatch = 1000;

/// Does the work to its end, which is after so many requests. Throws std::runtime_error if it has
/// less, or takes a quarter of an hour.
void do_all(const DaemonProcess& daemon, std::size_t connections, Work& work,
            std::uint64_t requests);

/// So many entries about one job each: half of them create it, half cancel it.
void fill_singly(const DaemonProcess& daemon, const Caller& caller, std::uint64_t entries);

/// POSTs so many batches of kFillBatch jobs, one after the other, and gives the ids of every
/// `each`th job in the order of their creation; of none if `each` is 0.
std::vector<std::string> fill(const DaemonProcess& daemon, const Caller& caller,
                              std::uint64_t batches, const std::string& batch, std::size_t each);

}  // namespace jobledger::bench
