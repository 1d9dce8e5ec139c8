#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace jobledger::daemon::webhooks {

/// The database could not be read or written, in the words of SQLite.
class SqliteError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One connection to a database file, for one thread at a time. Each call throws SqliteError.
class Sqlite {
 public:
  /// How long a connection waits for what another one writes.
  static constexpr std::chrono::milliseconds kBusy{10'000};

  /// Makes the file if it is missing, for its owner alone.
  explicit Sqlite(const std::string& path, std::chrono::milliseconds busy = kBusy);
  ~Sqlite();
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;

  /// Any number of statements that give nothing and have no parameters.
  void run(const char* statements);
  /// From here on each statement fails that takes longer. SQLite looks at the clock now and then.
  void limit_time(std::chrono::milliseconds longest);
  /// How many rows the last statement changed.
  std::int64_t changes() const;

 private:
  friend class Query;
  using Steady = std::chrono::steady_clock;
  sqlite3_stmt* prepared(std::string_view statement);
  [[noreturn]] void fail() const;

  struct Close {
    void operator()(sqlite3* database) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3, Close> database_;
  std::chrono::milliseconds longest_{};
  Steady::time_point begun_;  ///< when the last statement was
  /// By their texts, which are literals of the program.
  std::unordered_map<std::string_view, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

/// One run of a statement with `?1`, `?2`, … in the order of the arguments. `statement` is a
/// literal. No two of one text at the same time.
class Query {
 public:
  template <typename... Arguments>
  Query(Sqlite& database, std::string_view statement, const Arguments&... arguments)
      : database_(database), statement_(database.prepared(statement)) {
    int place = 0;
    (bind(++place, arguments), ...);
  }
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  /// To the next row; false after the last. A statement that gives none is run by it.
  bool next();
  /// Runs it to its end.
  void run() {
    while (next()) continue;
  }

  // Of the row, by the place of the column from 0.
  std::int64_t integer(int column) const;
  std::string text(int column) const;
  std::optional<std::int64_t> maybe_integer(int column) const;

 private:
  void bind(int place, std::string_view text);
  void bind(int place, const std::string& text) { bind(place, std::string_view(text)); }
  void bind(int place, const char* text) { bind(place, std::string_view(text)); }
  void bind_integer(int place, std::int64_t value);
  void bind_null(int place);
  template <std::integral T>
  void bind(int place, T value) {
    bind_integer(place, static_cast<std::int64_t>(value));
  }
  template <typename T>
  void bind(int place, const std::optional<T>& maybe) {
    if (maybe) {
      bind(place, *maybe);
    } else {
      bind_null(place);
    }
  }

  Sqlite& database_;
  sqlite3_stmt* statement_;
};

/// All that is written while it lives is kept or not as one: undone unless `commit` is called.
class Transaction {
 public:
  explicit Transaction(Sqlite& database) : database_(database) { database_.run("BEGIN IMMEDIATE"); }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit() {
    database_.run("COMMIT");
    open_ = false;
  }

 private:
  Sqlite& database_;
  bool open_ = true;
};

}  // namespace jobledger::daemon::webhooks
