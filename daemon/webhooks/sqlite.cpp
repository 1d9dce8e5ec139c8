#include "daemon/webhooks/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace jobledger::daemon::webhooks {
namespace {

constexpr int kStepsBetweenLooks = 10'000;  ///< of SQLite's machine: a millisecond or so

/// SQLite would make it with the rights of the umask.
void make_for_owner(const std::string& path) {
  int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file >= 0) ::close(file);
}

}  // namespace

void Sqlite::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

void Sqlite::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Sqlite::Sqlite(const std::string& path, std::chrono::milliseconds busy) {
  make_for_owner(path);
  sqlite3* opened = nullptr;
  int code =
      sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  database_.reset(opened);
  if (code != SQLITE_OK) {
    throw SqliteError(path + ": " + (opened ? sqlite3_errmsg(opened) : sqlite3_errstr(code)));
  }
  sqlite3_busy_timeout(opened, static_cast<int>(busy.count()));
}

Sqlite::~Sqlite() {
  statements_.clear();
}

void Sqlite::fail() const {
  throw SqliteError(std::string(sqlite3_db_filename(database_.get(), nullptr)) + ": " +
                    sqlite3_errmsg(database_.get()));
}

void Sqlite::limit_time(std::chrono::milliseconds longest) {
  longest_ = longest;
  auto is_over = [](void* of) {
    const auto& self = *static_cast<const Sqlite*>(of);
    return Steady::now() - self.begun_ > self.longest_ ? 1 : 0;
  };
  sqlite3_progress_handler(database_.get(), kStepsBetweenLooks, is_over, this);
}

void Sqlite::run(const char* statements) {
  begun_ = Steady::now();
  if (sqlite3_exec(database_.get(), statements, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}

std::int64_t Sqlite::changes() const {
  return sqlite3_changes64(database_.get());
}

sqlite3_stmt* Sqlite::prepared(std::string_view statement) {
  begun_ = Steady::now();
  auto& known = statements_[statement];
  if (!known) {
    sqlite3_stmt* made = nullptr;
    int code =
        sqlite3_prepare_v3(database_.get(), statement.data(), static_cast<int>(statement.size()),
                           SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    if (code != SQLITE_OK) fail();
    known.reset(made);
  }
  return known.get();
}

Query::~Query() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

bool Query::next() {
  int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_.fail();
  return false;
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string Query::text(int column) const {
  const unsigned char* text = sqlite3_column_text(statement_, column);
  if (!text) return {};
  return {reinterpret_cast<const char*>(text),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::optional<std::int64_t> Query::maybe_integer(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return integer(column);
}

void Query::bind(int place, std::string_view text) {
  const char* bytes = text.data() ? text.data() : "";
  int size = static_cast<int>(text.size());
  if (sqlite3_bind_text(statement_, place, bytes, size, SQLITE_TRANSIENT) != SQLITE_OK) {
    database_.fail();
  }
}

void Query::bind_integer(int place, std::int64_t value) {
  if (sqlite3_bind_int64(statement_, place, value) != SQLITE_OK) database_.fail();
}

void Query::bind_null(int place) {
  if (sqlite3_bind_null(statement_, place) != SQLITE_OK) database_.fail();
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.run("ROLLBACK");
  } catch (const SqliteError&) {
    // It is undone when the file is opened next; what went wrong before is on its way already.
  }
}

}  // namespace jobledger::daemon::webhooks
