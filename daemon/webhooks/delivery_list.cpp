#include "daemon/webhooks/delivery_list.h"

#include "daemon/webhooks/outbox.h"

namespace jobledger::daemon::webhooks {
namespace {

const std::string& select_one() {
  static const std::string statement =
      std::string("SELECT ") + kDeliveryColumns + " FROM delivery WHERE id = ?1";
  return statement;
}

/// Who asks is an I/O thread, which others wait for.
constexpr std::chrono::milliseconds kLongest{250};

/// The first delivery about that entry or a later one: ids grow with entries.
std::optional<std::int64_t> first_of(Sqlite& database, std::uint64_t entry) {
  if (entry == 0) return 0;
  if (entry > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
  Query row(database,
            "SELECT MIN(id) FROM delivery WHERE entry = "
            "(SELECT MIN(entry) FROM delivery WHERE entry >= ?1)",
            entry);
  return row.next() ? row.maybe_integer(0) : std::nullopt;
}

std::optional<Delivery> read_one(Sqlite& database, std::int64_t id) {
  Query row(database, select_one(), id);
  return row.next() ? std::optional(read_delivery(row)) : std::nullopt;
}

/// A statement for each set of filters, so that each finds its index.
const std::string& select_all(const DeliveryFilter& filter) {
  static const auto statements = [] {
    std::vector<std::string> all;
    for (int which = 0; which < 16; ++which) {
      std::string text =
          std::string("SELECT ") + kDeliveryColumns + " FROM delivery WHERE id < ?1 ";
      text += "AND id >= ?2 ";
      text += which & 1 ? "AND team = ?3 " : "AND ?3 = '' ";
      text += which & 2 ? "AND receiver = ?4 " : "AND ?4 = '' ";
      text += which & 4 ? "AND subject = ?5 AND subject <> '' " : "AND ?5 = '' ";
      text += which & 8 ? "AND state = ?6 " : "AND ?6 = -1 ";
      all.push_back(text + "ORDER BY id DESC LIMIT ?7");
    }
    return all;
  }();
  return statements[(filter.team ? 1 : 0) + (filter.receiver.empty() ? 0 : 2) +
                    (filter.subject.empty() ? 0 : 4) + (filter.state ? 8 : 0)];
}

}  // namespace

DeliveryList::DeliveryList(const std::string& path) : database_(path, kLongest) {
  database_.limit_time(kLongest);
  // Who is told that something will be sent again can rely on it.
  database_.run("PRAGMA synchronous = FULL");
}

std::vector<Delivery> DeliveryList::find(const DeliveryFilter& filter, std::size_t most) {
  constexpr std::int64_t kNoEnd = INT64_MAX;
  std::lock_guard lock(mutex_);
  const auto first = first_of(database_, filter.from);
  if (!first) return {};
  Query rows(database_, select_all(filter), filter.below.value_or(kNoEnd), *first,
             filter.team.value_or(""), filter.receiver, filter.subject,
             filter.state ? static_cast<int>(*filter.state) : -1, most);
  std::vector<Delivery> found;
  while (rows.next()) found.push_back(read_delivery(rows));
  return found;
}

std::optional<Delivery> DeliveryList::find(const std::optional<std::string>& team,
                                           std::int64_t id) {
  std::lock_guard lock(mutex_);
  auto found = read_one(database_, id);
  if (found && team && found->receiver.team != *team) return std::nullopt;
  return found;
}

std::vector<ListedAttempt> DeliveryList::attempts_of(std::int64_t id) {
  std::lock_guard lock(mutex_);
  Query rows(database_,
             "SELECT at, ms, status, error, by FROM attempt WHERE delivery = ?1 ORDER BY n", id);
  std::vector<ListedAttempt> found;
  while (rows.next()) {
    found.push_back(
        {{rows.integer(0), rows.integer(1), static_cast<int>(rows.integer(2)), rows.text(3)},
         rows.text(4)});
  }
  return found;
}

std::optional<Delivery> DeliveryList::send_again(std::int64_t id, const std::string& by,
                                                 ledger::TimeMs now) {
  std::lock_guard lock(mutex_);
  Transaction change(database_);
  // Behind another one of its subject that is due, if there is one, as all of them.
  Query(database_,
        "UPDATE delivery SET state = 0, tries = 0, by = ?2, ended_at = NULL, next_at = iif("
        "subject <> '' AND EXISTS (SELECT 1 FROM delivery AS other WHERE other.state = 0 AND "
        "other.team = delivery.team AND other.receiver = delivery.receiver AND "
        "other.subject = delivery.subject), NULL, ?3) WHERE id = ?1 AND state IN (1, 2)",
        id, by, now)
      .run();
  if (database_.changes() == 0) return std::nullopt;
  auto delivery = read_one(database_, id);
  change.commit();
  return delivery;
}

}  // namespace jobledger::daemon::webhooks
