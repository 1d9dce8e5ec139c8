#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/json/writer.h"
#include "daemon/webhooks/delivery.h"
#include "daemon/webhooks/job_hook.h"
#include "daemon/webhooks/transfers.h"
#include "ledger/webhook_key.h"
#include "projections/job_reader.h"

namespace jobledger::daemon::webhooks {

/// Makes the requests of deliveries, as of the entries that they are about: the same body at each
/// attempt, and a signature of its own (docs/webhooks.md). One thread.
class Composer {
 public:
  /// `public_url` is where the daemon's own addresses begin.
  Composer(const projections::State& state, const ledger::Store& store,
           const ledger::WebhookKey& key, std::string public_url);

  /// A Failure, in words, if it can never be sent. Throws StorageError if the ledger cannot be
  /// read.
  ledger::Result<Message> compose(const Delivery& delivery, ledger::TimeMs now);

 private:
  ledger::Result<Message> of_subscription(const Delivery& delivery, const ledger::EntryHead& head,
                                          std::string& secret);
  ledger::Result<Message> of_job_hook(const Delivery& delivery, const ledger::EntryHead& head,
                                      std::string& secret);
  ledger::Result<std::string> subscription_body(const Delivery& delivery,
                                                const ledger::EntryHead& head);
  ledger::Result<std::string> job_hook_body(const Delivery& delivery, const ledger::EntryHead& head,
                                            const JobHook& hook);
  ledger::Status data_of_job(json::Writer& out, const Delivery& delivery);
  ledger::Status data_of_batch(json::Writer& out, const Delivery& delivery);
  void data_of_cascade(json::Writer& out, const Delivery& delivery);
  bool is_of_its_entry(const Delivery& delivery);

  const projections::State& state_;
  const ledger::WebhookKey& key_;
  const std::string public_url_;
  projections::LogReader log_;  ///< the jobs of a cascade are read from one entry
  JobHooks hooks_;
  /// Of the entry that was looked at last, since a large one may have many deliveries.
  struct Looked {
    std::uint64_t entry;
    ledger::Salt salt;
    std::uint64_t events;
  };
  std::optional<Looked> looked_;
};

}  // namespace jobledger::daemon::webhooks
