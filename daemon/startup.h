#pragma once

#include <memory>
#include <string>
#include <vector>

#include "daemon/start_status.h"
#include "daemon/webhooks/delivery_list.h"
#include "daemon/webhooks/outbox.h"
#include "ledger/hash_tree.h"
#include "ledger/signing_keys.h"
#include "ledger/store.h"
#include "ledger/webhook_key.h"
#include "projections/snapshots.h"
#include "projections/state.h"

namespace jobledger::daemon {

/// A ledger that is open for writing, with its state recovered.
struct Started {
  explicit Started(std::unique_ptr<ledger::Store> opened)
      : store(std::move(opened)), snapshots(*store) {}

  std::unique_ptr<ledger::Store> store;
  projections::Snapshots snapshots;
  std::unique_ptr<projections::State> state;
  ledger::HashTree tree;
  ledger::TimeMs last_time = 0;
  std::uint64_t snapshot_version = 0;
};

/// Opens the data directory (made if missing) and recovers, with progress as log lines and in
/// `status`, if there is one. A Failure, too, if the log does not go with what the ledger has
/// signed: the last checkpoint in its database, the anchor of the directory, and the one at
/// `anchor`.
ledger::Result<Started> start(const std::string& data_dir, const std::string& anchor = {},
                              StartStatus* status = nullptr);

/// The keys of the ledger, and the one that is in use.
struct Signing {
  ledger::SigningKeys keys;
  ledger::SigningKey current;
};

/// Makes the first key if there is none yet, and its first checkpoint with it. `origin` begins the
/// name of the keys; empty is whatever it was, at first `jobledger`. A Failure if it was another.
ledger::Result<Signing> prepare_signing(const Started& started, const std::string& origin);

/// What webhooks are sent with.
struct WebhookFiles {
  ledger::WebhookKey key;
  std::unique_ptr<webhooks::Outbox> outbox;
  std::unique_ptr<webhooks::DeliveryList> list;
};

/// Opens the outbox in the data directory, and makes it, and the key, if there is none yet.
ledger::Result<WebhookFiles> prepare_webhooks(const Started& started);

/// The path of the anchor in the data directory.
std::string anchor_of(const std::string& data_dir);

}  // namespace jobledger::daemon
