#pragma once

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
  std::string subscription_body(const Delivery& delivery, const ledger::EntryHead& head);
  std::string job_hook_body(const Delivery& delivery, const ledger::EntryHead& head,
                            const JobHook& hook);
  void data_of_job(json::Writer& out, const Delivery& delivery);
  void data_of_cascade(json::Writer& out, const Delivery& delivery);

  const projections::State& state_;
  const ledger::WebhookKey& key_;
  const std::string public_url_;
  projections::LogReader log_;  ///< the jobs of a cascade are read from one entry
  JobHooks hooks_;
};

}  // namespace jobledger::daemon::webhooks
