#include "ledger/store_cursors.h"

#include <rocksdb/iterator.h>

#include "ledger/keys.h"
#include "ledger/store_detail.h"

namespace jobledger::ledger {
namespace {

constexpr std::size_t kEntriesAhead = 4 << 20;
constexpr std::size_t kPayloadsAhead = 1 << 20;
constexpr int kSteps = 16;  ///< cost about as much as a search

}  // namespace

struct EntryCursor::Position {
  std::unique_ptr<rocksdb::Iterator> iterator;
  bool begun = false;
};

EntryCursor::EntryCursor(const Store& store, std::uint64_t first)
    : position_(new Position{store.impl_->iterate(kEntries, kEntriesAhead)}),
      next_(first),
      status_(ok()) {}
EntryCursor::~EntryCursor() = default;

bool EntryCursor::next() {
  rocksdb::Iterator& it = *position_->iterator;
  if (!status_) return false;
  if (!position_->begun) {
    next_ == 0 ? it.SeekToFirst() : it.Seek(keys::entry(next_));
  } else if (it.Valid()) {
    it.Next();
  }
  position_->begun = true;
  if (!it.Valid()) {
    if (it.status().ok()) return false;
    status_ = failure("the log cannot be read at entry " + std::to_string(next_), it.status());
    return false;
  }
  if (!keys::is_entry(view(it.key()))) {
    status_ =
        Failure{"before entry " + std::to_string(next_) + " the log has a row that is no entry"};
    return false;
  }
  std::uint64_t found = keys::read_number(view(it.key()));
  if (found == next_) return ++next_, true;
  status_ = Failure{"entry " + std::to_string(next_) + " is missing from the log; the next is " +
                    std::to_string(found)};
  return false;
}

std::string_view EntryCursor::bytes() const {
  return view(position_->iterator->value());
}

struct PayloadCursor::Position {
  std::unique_ptr<rocksdb::Iterator> iterator;

  void go_to(std::string_view key) {
    for (int i = 0; i < kSteps && iterator->Valid() && view(iterator->key()) < key; ++i) {
      iterator->Next();
    }
    if (!iterator->Valid() || view(iterator->key()) != key) iterator->Seek(slice(key));
  }
};

PayloadCursor::PayloadCursor(const Store& store)
    : position_(new Position{store.impl_->iterate(kPayloads, kPayloadsAhead)}) {}
PayloadCursor::~PayloadCursor() = default;

Result<std::string_view> PayloadCursor::row(JobId job) {
  std::string key = keys::payload(job);
  position_->go_to(key);
  const rocksdb::Iterator& it = *position_->iterator;
  if (it.Valid() && view(it.key()) == key) return view(it.value());
  rocksdb::Status status = it.status().ok() ? rocksdb::Status::NotFound() : it.status();
  return failure("the payload of job " + job.text() + " cannot be read", status);
}

}  // namespace jobledger::ledger
