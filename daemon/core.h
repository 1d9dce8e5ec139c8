#pragma once

#include <functional>
#include <string>

#include "daemon/config/settings.h"
#include "daemon/http/message.h"
#include "daemon/writer_thread.h"
#include "ledger/store.h"
#include "ledger/time.h"
#include "ledger/webhook_key.h"
#include "projections/state.h"

namespace jobledger::daemon {

class Checkpoints;
class ClaimWaiters;
class KeysInFlight;
class LeaseClock;
class VersionWaiters;
namespace metrics {
class Registry;
class Requests;
}  // namespace metrics
namespace streams {
class Places;
class StreamThread;
}  // namespace streams
namespace webhooks {
class DeliveryList;
class Dispatcher;
}  // namespace webhooks

/// What the routes work with; wired in daemon.cpp.
struct Core {
  const config::Settings& settings;
  std::string public_url;  ///< without a slash at its end
  ledger::Store& store;
  projections::State& state;
  ledger::Clock& clock;
  WriterThread& writer;
  LeaseClock& leases;
  ClaimWaiters& claims;
  VersionWaiters& versions;
  KeysInFlight& keys_in_flight;
  streams::StreamThread& streams;
  streams::Places& feed_places;
  metrics::Registry& metrics;
  metrics::Requests& requests;
  Checkpoints& checkpoints;
  const ledger::WebhookKey& webhook_key;
  webhooks::DeliveryList& deliveries;
  webhooks::Dispatcher& webhooks;
  /// Empty when ready, else why not: shutting down, a failed log.
  std::function<std::string()> not_ready;
};

}  // namespace jobledger::daemon
