#include "ledger/store_table.h"

#include <rocksdb/iterator.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table_properties.h>

#include <algorithm>
#include <iterator>

namespace jobledger::ledger {

struct StoreTable::Reader {
  rocksdb::Options options;
  rocksdb::SstFileReader file{options};
  std::unique_ptr<rocksdb::Iterator> rows;
};

StoreTable::StoreTable(std::string path) : path_(std::move(path)) {}
StoreTable::~StoreTable() = default;
StoreTable::StoreTable(StoreTable&&) noexcept = default;
StoreTable& StoreTable::operator=(StoreTable&&) noexcept = default;

StoreTable StoreTable::open(const std::string& path) {
  StoreTable table(path);
  auto reader = std::make_unique<Reader>();
  rocksdb::Status status = reader->file.Open(path);
  if (!status.ok()) {
    table.fault_ = "the table " + path + " cannot be read: " + status.ToString();
    return table;
  }
  const std::string name = reader->file.GetTableProperties()->column_family_name;
  auto known = std::find(kFamilyNames.begin(), kFamilyNames.end(), name);
  table.family_ = static_cast<Family>(known - kFamilyNames.begin());
  reader->rows.reset(reader->file.NewIterator(rocksdb::ReadOptions()));
  table.reader_ = std::move(reader);
  table.find_ends();
  return table;
}

bool StoreTable::is_open() const {
  return reader_ != nullptr;
}

bool StoreTable::is_whole() {
  if (!reader_) return false;
  rocksdb::Status status = reader_->file.VerifyChecksum();
  auto& rows = *reader_->rows;
  for (rows.SeekToFirst(); rows.Valid(); rows.Next()) {
  }
  if (status.ok()) status = rows.status();
  if (!status.ok()) {
    fault_ = "the table " + path_ + (family_ < kFamilies ? " of " + kFamilyNames[family_] : "") +
             " is damaged: " + status.ToString();
  }
  return status.ok();
}

void StoreTable::find_ends() {
  auto& rows = *reader_->rows;
  rows.SeekToFirst();
  has_ends_ = rows.Valid();
  if (rows.Valid()) first_ = rows.key().ToString();
  rows.SeekToLast();
  has_ends_ = has_ends_ && rows.Valid();
  if (rows.Valid()) {
    last_ = rows.key().ToString();
    return;
  }
  for (rows.SeekToFirst(); rows.Valid(); rows.Next()) last_ = rows.key().ToString();
}

void StoreTable::note_status() {
  const rocksdb::Status status = reader_->rows->status();
  status_ = status.ok() ? "" : "the table " + path_ + " is damaged there";
}

bool StoreTable::find(std::string_view key, std::string& row) {
  status_.clear();
  if (has_ends_ && (key < first_ || key > last_)) return false;
  auto& rows = *reader_->rows;
  if (rows.Valid() && view(rows.key()) < key) rows.Next();  // mostly the next
  if (!rows.Valid() || view(rows.key()) != key) rows.Seek(slice(key));
  if (rows.Valid() && view(rows.key()) == key) {
    row.assign(rows.value().data(), rows.value().size());
    return true;
  }
  note_status();
  return false;
}

std::optional<std::pair<std::string, std::string>> StoreTable::floor(std::string_view first,
                                                                     std::string_view last) {
  auto& rows = *reader_->rows;
  rows.SeekForPrev(slice(last));
  note_status();
  if (!rows.Valid() || view(rows.key()) < first) return std::nullopt;
  return std::pair(rows.key().ToString(), rows.value().ToString());
}

void StoreTable::each(std::string_view prefix, const Visit& visit) {
  auto& rows = *reader_->rows;
  for (rows.Seek(slice(prefix)); rows.Valid() && view(rows.key()).starts_with(prefix);
       rows.Next()) {
    visit(view(rows.key()), view(rows.value()));
  }
  note_status();
}

}  // namespace jobledger::ledger
