#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "ledger/ids.h"
#include "ledger/result.h"
#include "ledger/store.h"

namespace jobledger::ledger {

/// Walks along the entries of a store as they were when it began; for one thread at a time.
class EntryCursor {
 public:
  EntryCursor(const Store& store, std::uint64_t first);
  ~EntryCursor();
  EntryCursor(const EntryCursor&) = delete;
  EntryCursor& operator=(const EntryCursor&) = delete;

  /// Goes to the first entry, and then from each to the next. False at the end of the log, and
  /// where it cannot be read or has a gap: `status` is a Failure that names the index.
  bool next();
  std::uint64_t index() const { return next_ - 1; }
  std::string_view bytes() const;  ///< valid until `next`
  const Status& status() const { return status_; }

 private:
  struct Position;
  std::unique_ptr<Position> position_;
  std::uint64_t next_;
  Status status_;
};

/// Finds the payloads of jobs that are asked for in about the order of their ids, as along the log:
/// mostly a step each, and no search. For one thread at a time.
class PayloadCursor {
 public:
  explicit PayloadCursor(const Store& store);
  ~PayloadCursor();
  PayloadCursor(const PayloadCursor&) = delete;
  PayloadCursor& operator=(const PayloadCursor&) = delete;

  /// As Store::payload; valid until the next call.
  Result<std::string_view> row(JobId job);

 private:
  struct Position;
  std::unique_ptr<Position> position_;
};

}  // namespace jobledger::ledger
