#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/webhooks/target.h"
#include "ledger/payload.h"

namespace jobledger::daemon::webhooks {

/// The member `webhook` of a job's body.
struct JobHook {
  std::string url;
  std::string method = "POST";  ///< in capitals
  /// Without those that are the sender's own business (see docs/webhooks.md), and those that an
  /// export redacted.
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<std::string> data;  ///< as JSON, byte for byte
  bool custom = false;              ///< `data` is to be the whole body
};

/// That of a body; nullopt if it names none.
std::optional<JobHook> job_hook_in(std::string_view body, bool redacted);

/// 1 to 32 ASCII letters: nothing else can be put into the first line of a request.
bool is_method(std::string_view method);

/// Where it leads to; nullopt if its URL is longer than kMaxWebhookUrl, or none of HTTP.
std::optional<Target> target_of(const JobHook& hook);

/// Why it can never be sent, in words; empty if it can. Bodies that no parser checked are in the
/// log, too: those of API v1, imported ones, and old ones.
std::string why_not_sent(const JobHook& hook);

/// Finds those of jobs in a store.
class JobHooks {
 public:
  explicit JobHooks(const ledger::Store& store) : store_(store) {}

  /// Throws StorageError if the body of the job cannot be read.
  std::optional<JobHook> of(ledger::JobId job);

 private:
  const ledger::PayloadRow& root(ledger::JobId job);

  const ledger::Store& store_;
  /// The one read last: the jobs of a tree lie in one body, and mostly become final together.
  std::optional<ledger::JobId> root_;
  ledger::PayloadRow root_row_;
};

}  // namespace jobledger::daemon::webhooks
