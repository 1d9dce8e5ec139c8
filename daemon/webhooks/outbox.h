#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/webhooks/backoff.h"
#include "daemon/webhooks/delivery.h"
#include "daemon/webhooks/sqlite.h"
#include "ledger/ids.h"
#include "ledger/result.h"

namespace jobledger::daemon::webhooks {

/// How far the log has been read for what is to be sent.
struct Position {
  std::uint64_t entry = 0;   ///< all before it have been
  std::uint64_t notice = 0;  ///< and so many of what this one is to tell of

  auto operator<=>(const Position&) const = default;
};

/// What is to be sent and what became of it, in a database file beside the log: one thread writes
/// it (and, of what is to be sent again, DeliveryList).
///
/// What is noted and the position that it was noted at are kept or lost as one, so a crash loses
/// nothing and nothing is noted twice. That something was sent may be lost with the power, so it is
/// sent at least once. Each call but `open` throws SqliteError.
class Outbox {
 public:
  /// Opens the file. A new one begins at `version`: nothing of the past is sent. A Failure if it
  /// belongs to another ledger, or to a later version of the program.
  static ledger::Result<std::unique_ptr<Outbox>> open(const std::string& path, ledger::Ulid ledger,
                                                      std::uint64_t version);

  /// How many deliveries were forgotten at opening because their entries are no longer in the
  /// ledger, which ended earlier than what was read of it; nullopt if it did not.
  std::optional<std::int64_t> forgotten() const { return forgotten_; }

  Position position();

  /// Keeps what is new up to `position`: deliveries (of which id, state and times are set here),
  /// and receivers that are gone, for which nothing is due any more. Those that are known are
  /// passed over. Gives how many are due more, or fewer.
  std::int64_t note(std::span<const Delivery> deliveries, std::span<const Receiver> gone,
                    Position position, ledger::TimeMs now);

  /// Receivers for which something is due, and when the first of it is.
  struct Waiting {
    Receiver receiver;
    ledger::TimeMs at;
  };
  std::vector<Waiting> waiting();
  /// The first `limit` that are due for a receiver, by their times, those in the future included.
  /// Of one subject there is one at a time: those after it wait for its end.
  std::vector<Delivery> due(const Receiver& receiver, std::size_t limit);

  struct Attempted {
    Delivery delivery;
    Attempt attempt;
    Verdict verdict;
  };
  /// Keeps what came of attempts. Gives how many are due no more.
  std::int64_t record(std::span<const Attempted> attempts, ledger::TimeMs now);

  /// Forgets up to `limit` of those that ended before the time; gives how many.
  std::int64_t forget(ledger::TimeMs ended_before, std::size_t limit);

  std::int64_t count(DeliveryState state);

 private:
  explicit Outbox(const std::string& path) : database_(path) {}
  ledger::Status settle(ledger::Ulid ledger, std::uint64_t version);
  void create(ledger::Ulid ledger, std::uint64_t version);
  void cut(std::uint64_t version);
  std::string value(const char* statement);
  void set_position(Position position);
  bool insert(const Delivery& delivery, ledger::TimeMs now);
  bool end(const Attempted& attempted, ledger::TimeMs now);

  Sqlite database_;
  std::optional<std::int64_t> forgotten_;
};

/// The path of the file in the data directory.
std::string outbox_of(const std::string& data_dir);

// Columns of deliveries, for all who read them.
inline constexpr char kDeliveryColumns[] =
    "id, message, entry, place, event, subject, team, receiver, url, state, attempts, tries, "
    "next_at, created_at, ended_at";
Delivery read_delivery(const Query& row);

}  // namespace jobledger::daemon::webhooks
