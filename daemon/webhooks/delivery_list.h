#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "daemon/webhooks/delivery.h"
#include "daemon/webhooks/sqlite.h"

namespace jobledger::daemon::webhooks {

/// Which deliveries are wanted; what is given must all hold.
struct DeliveryFilter {
  std::optional<std::string> team{};  ///< nullopt: of every team
  std::string receiver{};             ///< empty: of any
  std::string subject{};              ///< empty: of any
  std::optional<DeliveryState> state{};
  std::uint64_t from = 0;               ///< of entries from this one on
  std::optional<std::int64_t> below{};  ///< ids
};

/// An attempt as it is listed.
struct ListedAttempt {
  Attempt attempt;
  std::string by;  ///< who had it made; empty: nobody
};

/// What routes see of the outbox, beside the thread that works on it. Any thread. Each call throws
/// SqliteError, also when the outbox is being written for long, or the answer takes long to find.
class DeliveryList {
 public:
  /// The file is an outbox that was opened before (see Outbox).
  explicit DeliveryList(const std::string& path);

  /// The newest `most`, newest first.
  std::vector<Delivery> find(const DeliveryFilter& filter, std::size_t most);
  std::optional<Delivery> find(const std::optional<std::string>& team, std::int64_t id);
  /// Oldest first.
  std::vector<ListedAttempt> attempts_of(std::int64_t id);

  /// Makes one that is delivered or has failed due again, durably. Gives it as it stands then;
  /// nullopt if it was neither.
  std::optional<Delivery> send_again(std::int64_t id, const std::string& by, ledger::TimeMs now);

 private:
  std::mutex mutex_;
  Sqlite database_;
};

}  // namespace jobledger::daemon::webhooks
