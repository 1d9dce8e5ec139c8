#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/result.h"

namespace jobledger::daemon::cli::worker {

/// What the daemon gave.
struct Claim {
  std::string job;
  std::string lease;
  std::string payload;  ///< the body that the job was created with, byte for byte
};

ledger::Result<Claim> read_claim(const std::string& answer);

/// Who asked a job to stop, and why, if a heartbeat's answer says so: `ada: wrong logo`.
std::optional<std::string> read_stop(const std::string& answer);

/// Why a report was refused, and by what: `…; entry 42, by ada at TIME: wrong logo`.
std::string read_refusal(const std::string& answer);
/// The code of an error answer; empty if it is none.
std::string read_code(const std::string& answer);

// The bodies of requests.
std::string claim_body(const std::vector<std::string>& tags, std::chrono::seconds wait,
                       std::chrono::seconds lease);
/// `{"lease"}`, with one more member unless `name` is empty.
std::string report_body(const Claim& claim, std::string_view name = {},
                        std::string_view value = {});
std::string progress_body(const Claim& claim, double progress);

}  // namespace jobledger::daemon::cli::worker
