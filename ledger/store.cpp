#include "ledger/store.h"

#include <rocksdb/write_batch.h>

#include "ledger/assert.h"
#include "ledger/keys.h"
#include "ledger/store_detail.h"

namespace jobledger::ledger {

struct StoreBatch::Rows {
  explicit Rows(Store::Impl& to) : store(to), batch(0, 0, 8, 0) {}  // 8: protection bytes a key

  void put(Family family, std::string_view key, std::string_view row) {
    rocksdb::Status status = batch.Put(store.families[family], slice(key), slice(row));
    JL_ASSERT(status.ok());
  }

  Store::Impl& store;
  rocksdb::WriteBatch batch;
};

StoreBatch::StoreBatch(Store& store) : rows_(std::make_unique<Rows>(*store.impl_)) {}
StoreBatch::~StoreBatch() = default;
StoreBatch::StoreBatch(StoreBatch&&) noexcept = default;
StoreBatch& StoreBatch::operator=(StoreBatch&&) noexcept = default;

void StoreBatch::put_entry(std::uint64_t index, std::string_view bytes) {
  rows_->put(kEntries, keys::entry(index), bytes);
}
void StoreBatch::put_payload(JobId job, std::string_view row) {
  rows_->put(kPayloads, keys::payload(job), row);
}
void StoreBatch::put_tree(std::string_view key, std::string_view row) {
  rows_->put(kTree, key, row);
}
bool StoreBatch::empty() const {
  return rows_->batch.Count() == 0;
}
std::size_t StoreBatch::bytes() const {
  return rows_->batch.GetDataSize();
}

Store::Store(std::string directory, std::unique_ptr<Impl> impl)
    : directory_(std::move(directory)), impl_(std::move(impl)) {}
Store::~Store() = default;

Status Store::write(StoreBatch& batch) {
  std::shared_lock open(impl_->opening);
  if (Status may = impl_->may_write(); !may) return may;
  rocksdb::WriteOptions options;
  options.sync = true;
  rocksdb::Status status = impl_->db->Write(options, &batch.rows_->batch);
  if (status.ok()) return ok();
  impl_->note_failed_write(status);
  return failure("a write to the log failed; whether it is on disk is unknown", status);
}

Ulid Store::ledger_id() const {
  return impl_->ledger_id;
}

Result<std::uint64_t> Store::entry_count() const {
  std::shared_lock open(impl_->opening);
  auto it = impl_->iterate(kEntries);
  it->SeekToLast();
  if (it->Valid() && !keys::is_entry(view(it->key()))) {
    return Failure{"behind its last entry the log has a row that is no entry"};
  }
  if (it->Valid()) return keys::read_number(view(it->key())) + 1;
  if (!it->status().ok()) return failure("the end of the log cannot be read", it->status());
  return std::uint64_t{0};
}

Result<std::string> Store::entry(std::uint64_t index) const {
  std::shared_lock open(impl_->opening);
  std::string bytes;
  rocksdb::Status status = impl_->get(kEntries, keys::entry(index), &bytes);
  if (!status.ok()) return failure("entry " + std::to_string(index) + " cannot be read", status);
  return bytes;
}

std::optional<std::uint64_t> Store::next_entry(std::uint64_t first) const {
  std::shared_lock open(impl_->opening);
  auto it = impl_->iterate(kEntries);
  it->Seek(keys::entry(first));
  if (!it->Valid()) return std::nullopt;
  return keys::read_number(view(it->key()));
}

Result<std::string> Store::payload(JobId job) const {
  std::shared_lock open(impl_->opening);
  std::string row;
  rocksdb::Status status = impl_->get(kPayloads, keys::payload(job), &row);
  if (!status.ok()) return failure("the payload of job " + job.text() + " cannot be read", status);
  return row;
}

std::optional<std::string> Store::tree_row(std::string_view key) const {
  std::shared_lock open(impl_->opening);
  return impl_->get(kTree, key);
}

std::optional<std::pair<std::string, std::string>> Store::tree_floor(std::string_view first,
                                                                     std::string_view last) const {
  std::shared_lock open(impl_->opening);
  auto it = impl_->iterate(kTree);
  it->SeekForPrev(slice(last));
  if (!it->Valid() || view(it->key()) < first) return std::nullopt;
  return std::pair(it->key().ToString(), it->value().ToString());
}

Status Store::scan_tree(
    std::string_view first,
    const std::function<bool(std::string_view, std::string_view)>& visit) const {
  std::shared_lock open(impl_->opening);
  auto it = impl_->iterate(kTree, 1 << 20);
  for (it->Seek(slice(first)); it->Valid(); it->Next()) {
    if (!visit(view(it->key()), view(it->value()))) break;
  }
  return it->status().ok() ? ok() : Status(failure("the hash tree cannot be read", it->status()));
}

std::optional<std::string> Store::meta_row(std::string_view key) const {
  std::shared_lock open(impl_->opening);
  return impl_->get(kMeta, key);
}

Result<Store::Rows> Store::meta_rows(std::string_view prefix) const {
  std::shared_lock open(impl_->opening);
  Rows rows;
  auto it = impl_->iterate(kMeta);
  for (it->Seek(slice(prefix)); it->Valid() && view(it->key()).starts_with(prefix); it->Next()) {
    rows.emplace_back(it->key().ToString(), it->value().ToString());
  }
  if (!it->status().ok()) return failure("rows about the ledger cannot be read", it->status());
  return rows;
}

Status Store::put_meta_rows(const Rows& rows) {
  std::shared_lock open(impl_->opening);
  if (Status may = impl_->may_write(); !may) return may;
  rocksdb::WriteBatch batch;
  for (const auto& [key, row] : rows) batch.Put(impl_->families[kMeta], slice(key), slice(row));
  rocksdb::WriteOptions options;
  options.sync = true;
  rocksdb::Status status = impl_->db->Write(options, &batch);
  if (status.ok()) return ok();
  impl_->note_failed_write(status);
  return failure("a row about the ledger cannot be written", status);
}

std::vector<std::string> Store::table_names() const {
  std::shared_lock open(impl_->opening);
  std::vector<rocksdb::LiveFileMetaData> tables;
  if (impl_->db) impl_->db->GetLiveFilesMetaData(&tables);
  std::vector<std::string> names;
  for (const auto& table : tables) names.push_back(table.name.substr(table.name.rfind('/') + 1));
  return names;
}

void Store::begin_snapshot() {
  impl_->lost_unsealed_rows = false;
}

Status Store::put_snapshot_row(std::string_view key, std::string_view row) {
  std::shared_lock open(impl_->opening);
  if (Status may = impl_->may_write(); !may) return may;
  // Not in the write-ahead log: it is large and can be lost, and must not slow the entries' syncs.
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  rocksdb::Status status =
      impl_->db->Put(options, impl_->families[kSnapshots], slice(key), slice(row));
  return status.ok() ? ok() : Status(failure("a snapshot row cannot be written", status));
}

Status Store::seal_snapshot(std::string_view head_key, std::string_view head_row) {
  std::shared_lock open(impl_->opening);
  if (Status may = impl_->may_write(); !may) return may;
  if (impl_->lost_unsealed_rows) {
    return Failure{"the database was opened again while the snapshot was written: it is not whole"};
  }
  rocksdb::FlushOptions flush;
  flush.allow_write_stall = true;  // not to wait for room with the database held open
  rocksdb::Status status = impl_->db->Flush(flush, impl_->families[kSnapshots]);
  if (!status.ok()) return failure("a snapshot cannot be made durable", status);
  rocksdb::WriteOptions options;
  options.sync = true;
  status = impl_->db->Put(options, impl_->families[kSnapshots], slice(head_key), slice(head_row));
  if (status.ok()) return ok();
  impl_->note_failed_write(status);
  return failure("a snapshot cannot be sealed", status);
}

std::optional<std::string> Store::snapshot_row(std::string_view key) const {
  std::shared_lock open(impl_->opening);
  return impl_->get(kSnapshots, key);
}

Status Store::erase_snapshot_rows(std::string_view first, std::string_view last) {
  std::shared_lock open(impl_->opening);
  if (Status may = impl_->may_write(); !may) return may;
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  rocksdb::Status status =
      impl_->db->DeleteRange(options, impl_->families[kSnapshots], slice(first), slice(last));
  return status.ok() ? ok() : Status(failure("old snapshot rows cannot be erased", status));
}

Status Store::scan_snapshot_keys(std::string_view prefix,
                                 const std::function<void(std::string_view)>& visit) const {
  std::shared_lock open(impl_->opening);
  auto it = impl_->iterate(kSnapshots);
  for (it->Seek(slice(prefix)); it->Valid() && it->key().starts_with(slice(prefix)); it->Next()) {
    visit(view(it->key()));
  }
  return it->status().ok() ? ok() : Status(failure("snapshots cannot be read", it->status()));
}

}  // namespace jobledger::ledger
