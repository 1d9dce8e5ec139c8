#include "daemon/webhooks/outbox.h"

#include "ledger/durable_file.h"

namespace jobledger::daemon::webhooks {
namespace {

using ledger::Failure;
using ledger::Status;
using ledger::TimeMs;

constexpr std::int64_t kFormat = 1;

// `next_at` of one that is due and waits for an earlier one of its subject is null. Indexes begin
// with what is asked for: what is due for a receiver, what waits for a subject, and lists.
constexpr char kSchema[] = R"(
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message TEXT NOT NULL, entry INTEGER NOT NULL, place INTEGER NOT NULL, event TEXT NOT NULL,
  subject TEXT NOT NULL, team TEXT NOT NULL, receiver TEXT NOT NULL, url TEXT NOT NULL,
  state INTEGER NOT NULL, attempts INTEGER NOT NULL, tries INTEGER NOT NULL, next_at INTEGER,
  by TEXT NOT NULL, created_at INTEGER NOT NULL, ended_at INTEGER,
  UNIQUE (entry, place, event, team, receiver));
CREATE TABLE attempt (
  delivery INTEGER NOT NULL REFERENCES delivery (id) ON DELETE CASCADE, n INTEGER NOT NULL,
  at INTEGER NOT NULL, ms INTEGER NOT NULL, status INTEGER NOT NULL, error TEXT NOT NULL,
  by TEXT NOT NULL, PRIMARY KEY (delivery, n)) WITHOUT ROWID;
CREATE INDEX due ON delivery (team, receiver, next_at, id) WHERE state = 0;
CREATE INDEX due_of_subject ON delivery (team, receiver, subject, id) WHERE state = 0;
CREATE INDEX ended ON delivery (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX of_team ON delivery (team, id);
CREATE INDEX of_state ON delivery (state, team, id);
CREATE INDEX of_receiver ON delivery (team, receiver, id);
CREATE INDEX of_subject ON delivery (subject, id) WHERE subject <> '';
)";

}  // namespace

std::string outbox_of(const std::string& data_dir) {
  return data_dir + "/webhooks.sqlite";
}

Delivery read_delivery(const Query& row) {
  Delivery delivery;
  delivery.id = row.integer(0);
  delivery.message = row.text(1);
  delivery.entry = static_cast<std::uint64_t>(row.integer(2));
  delivery.place = static_cast<std::uint32_t>(row.integer(3));
  delivery.event = row.text(4);
  delivery.subject = row.text(5);
  delivery.receiver = {row.text(6), row.text(7)};
  delivery.url = row.text(8);
  delivery.state = static_cast<DeliveryState>(row.integer(9));
  delivery.attempts = static_cast<std::uint32_t>(row.integer(10));
  delivery.tries = static_cast<std::uint32_t>(row.integer(11));
  delivery.next_at = row.maybe_integer(12);
  delivery.created_at = row.integer(13);
  delivery.ended_at = row.maybe_integer(14);
  return delivery;
}

ledger::Result<std::unique_ptr<Outbox>> Outbox::open(const std::string& path, ledger::Ulid ledger,
                                                     std::uint64_t version) {
  try {
    std::unique_ptr<Outbox> outbox(new Outbox(path));
    Status settled = outbox->settle(ledger, version);
    if (!settled) return Failure{path + ' ' + settled.error().message};
    Status kept = ledger::sync_directory(path.substr(0, path.rfind('/')));
    if (!kept) return kept.error();
    return outbox;
  } catch (const SqliteError& error) {
    return Failure{std::string(error.what()) +
                   ". The ledger is whole: to go on without what is still to be sent, move this "
                   "file away, with those that begin with its name"};
  }
}

Status Outbox::settle(ledger::Ulid ledger, std::uint64_t version) {
  database_.run("PRAGMA foreign_keys = ON");
  const std::string format = value("PRAGMA user_version");
  if (format == "0") {
    create(ledger, version);
  } else if (format != std::to_string(kFormat)) {
    return Failure{"was written by a later version of the program; use that one"};
  }
  // What is lost with the power is lost whole, from some point on: see the class.
  database_.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  if (value("SELECT value FROM meta WHERE name = 'ledger'") != ledger.text()) {
    return Failure{
        "belongs to another ledger; put back the one that was here, or move it away, and what was "
        "not sent yet will not be"};
  }
  if (position() > Position{version, 0}) cut(version);
  return ledger::ok();
}

/// Forgets what is about entries that are not there any more; others will have their indexes.
void Outbox::cut(std::uint64_t version) {
  Transaction change(database_);
  Query(database_, "DELETE FROM delivery WHERE entry >= ?1", version).run();
  forgotten_ = database_.changes();
  // One of these may have been what others waited for.
  Query(database_,
        "UPDATE delivery SET next_at = created_at WHERE state = 0 AND id IN (SELECT MIN(id) FROM "
        "delivery WHERE state = 0 AND subject <> '' GROUP BY team, receiver, subject HAVING "
        "MAX(next_at) IS NULL)")
      .run();
  set_position({version, 0});
  change.commit();
}

std::string Outbox::value(const char* statement) {
  Query row(database_, statement);
  return row.next() ? row.text(0) : std::string();
}

/// Before it has a write-ahead log each change is durable when it is done.
void Outbox::create(ledger::Ulid ledger, std::uint64_t version) {
  database_.run("PRAGMA synchronous = FULL");
  Transaction change(database_);
  database_.run(kSchema);
  Query(database_, "INSERT INTO meta VALUES ('ledger', ?1), ('entry', ?2), ('notice', 0)",
        ledger.text(), version)
      .run();
  database_.run(("PRAGMA user_version = " + std::to_string(kFormat)).c_str());
  change.commit();
}

Position Outbox::position() {
  Query rows(database_, "SELECT value FROM meta WHERE name IN ('entry', 'notice') ORDER BY name");
  Position position;
  for (std::uint64_t* part : {&position.entry, &position.notice}) {
    if (!rows.next()) throw SqliteError("the outbox has no position");
    *part = static_cast<std::uint64_t>(rows.integer(0));
  }
  return position;
}

void Outbox::set_position(Position position) {
  Query(database_, "UPDATE meta SET value = ?1 WHERE name = 'entry'", position.entry).run();
  Query(database_, "UPDATE meta SET value = ?1 WHERE name = 'notice'", position.notice).run();
}

std::int64_t Outbox::note(std::span<const Delivery> deliveries, std::span<const Receiver> gone,
                          Position position, TimeMs now) {
  std::int64_t more = 0;
  Transaction change(database_);
  for (const Delivery& delivery : deliveries) more += insert(delivery, now);
  for (const Receiver& receiver : gone) {
    Query(database_,
          "UPDATE delivery SET state = 3, next_at = NULL, ended_at = ?3 "
          "WHERE state = 0 AND team = ?1 AND receiver = ?2",
          receiver.team, receiver.name, now)
        .run();
    more -= database_.changes();
  }
  set_position(position);
  change.commit();
  return more;
}

bool Outbox::insert(const Delivery& delivery, TimeMs now) {
  bool waits = false;
  if (!delivery.subject.empty()) {
    Query earlier(database_,
                  "SELECT 1 FROM delivery WHERE state = 0 AND team = ?1 AND receiver = ?2 AND "
                  "subject = ?3 LIMIT 1",
                  delivery.receiver.team, delivery.receiver.name, delivery.subject);
    waits = earlier.next();
  }
  Query(database_,
        "INSERT OR IGNORE INTO delivery (message, entry, place, event, subject, team, receiver, "
        "url, state, attempts, tries, next_at, by, created_at) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, 0, ?9, '', ?10)",
        delivery.message, delivery.entry, delivery.place, delivery.event, delivery.subject,
        delivery.receiver.team, delivery.receiver.name, delivery.url,
        waits ? std::nullopt : std::optional(now), now)
      .run();
  return database_.changes() > 0;
}

std::vector<Outbox::Waiting> Outbox::waiting() {
  std::vector<Waiting> found;
  Query rows(database_,
             "SELECT team, receiver, MIN(next_at) FROM delivery INDEXED BY due WHERE state = 0 "
             "GROUP BY team, receiver");
  while (rows.next()) {
    if (auto at = rows.maybe_integer(2)) found.push_back({{rows.text(0), rows.text(1)}, *at});
  }
  return found;
}

std::vector<Delivery> Outbox::due(const Receiver& receiver, std::size_t limit) {
  static const std::string statement =
      std::string("SELECT ") + kDeliveryColumns +
      " FROM delivery INDEXED BY due WHERE state = 0 AND team = ?1 AND receiver = ?2 AND "
      "next_at > -1 ORDER BY next_at, id LIMIT ?3";
  Query rows(database_, statement, receiver.team, receiver.name, limit);
  std::vector<Delivery> found;
  while (rows.next()) found.push_back(read_delivery(rows));
  return found;
}

std::int64_t Outbox::record(std::span<const Attempted> attempts, TimeMs now) {
  std::int64_t ended = 0;
  Transaction change(database_);
  for (const Attempted& each : attempts) ended += end(each, now);
  change.commit();
  return ended;
}

/// One that was withdrawn meanwhile stays so, with its attempt.
bool Outbox::end(const Attempted& attempted, TimeMs now) {
  const Delivery& delivery = attempted.delivery;
  const Attempt& attempt = attempted.attempt;
  const Verdict& verdict = attempted.verdict;
  Query(
      database_,
      "INSERT INTO attempt SELECT id, attempts + 1, ?2, ?3, ?4, ?5, by FROM delivery WHERE id = ?1",
      delivery.id, attempt.at, attempt.ms, attempt.status, attempt.error)
      .run();
  Query(database_,
        "UPDATE delivery SET attempts = attempts + 1, tries = tries + 1, by = '' WHERE id = ?1",
        delivery.id)
      .run();
  const bool is_due = verdict.state == DeliveryState::due;
  Query(database_,
        "UPDATE delivery SET state = ?2, next_at = ?3, ended_at = ?4 WHERE id = ?1 AND state = 0",
        delivery.id, static_cast<int>(verdict.state),
        is_due ? std::optional(verdict.next_at) : std::nullopt,
        is_due ? std::nullopt : std::optional(now))
      .run();
  if (is_due || database_.changes() == 0) return false;
  if (!delivery.subject.empty()) {
    Query(
        database_,
        "UPDATE delivery SET next_at = ?4 WHERE id = (SELECT id FROM delivery WHERE state = 0 AND "
        "team = ?1 AND receiver = ?2 AND subject = ?3 ORDER BY id LIMIT 1)",
        delivery.receiver.team, delivery.receiver.name, delivery.subject, now)
        .run();
  }
  return true;
}

std::int64_t Outbox::forget(TimeMs ended_before, std::size_t limit) {
  Query(database_,
        "DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE ended_at < ?1 LIMIT ?2)",
        ended_before, limit)
      .run();
  return database_.changes();
}

std::int64_t Outbox::count(DeliveryState state) {
  Query row(database_, "SELECT count(*) FROM delivery WHERE state = ?1", static_cast<int>(state));
  row.next();
  return row.integer(0);
}

}  // namespace jobledger::daemon::webhooks
