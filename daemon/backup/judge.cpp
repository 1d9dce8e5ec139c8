#include "daemon/backup/judge.h"

#include <functional>

#include "ledger/backup_files.h"
#include "ledger/hash.h"
#include "ledger/tree_reader.h"
#include "projections/verify.h"

namespace jobledger::daemon::backup {

using ledger::Failure;
using ledger::Result;

namespace {

constexpr std::size_t kTold = 3;

/// By the ends alone.
std::string wrong_end(const ledger::Store& store, const Record& record) {
  auto count = store.entry_count();
  if (!count) return count.error().message;
  if (store.ledger_id() != record.ledger_id) {
    return "it is the ledger " + store.ledger_id().text() + ", and has to be " +
           record.ledger_id.text();
  }
  if (*count != record.version) {
    return "it has " + std::to_string(*count) + " entries, and has to have " +
           std::to_string(record.version);
  }
  auto root = ledger::TreeReader(store).root(*count);
  if (!root) return root.error().message;
  if (*root == record.root) return "";
  return "its root hash is another than that of the ledger";
}

}  // namespace

Result<std::unique_ptr<ledger::Store>> open_to_read(const std::string& data_dir) {
  ledger::StoreOptions how;
  how.create = false;
  how.read_only = true;
  return ledger::Store::open(data_dir, how);
}

std::vector<std::string> judge(const std::string& data_dir, const Record& record, Depth depth,
                               const Watch& watch) {
  auto store = open_to_read(data_dir);
  if (!store) return {store.error().message};
  if (std::string wrong = wrong_end(**store, record); !wrong.empty()) return {wrong};
  if (depth == Depth::ends) return {};
  projections::VerifyRequest request;
  request.only_hashes = depth == Depth::entries;
  request.allow_redacted = true;  // an import may have left them so, and a copy is as it was
  watch.begin("verify", "entries");
  projections::RecoveryReport report{
      watch.note, [&](const projections::FoldProgress& at) { watch.progress(at.done, at.total); }};
  projections::Verification verified = projections::verify(**store, report, request);
  watch.end();
  if (verified.findings.empty() && verified.root != ledger::to_hex(ledger::bytes_of(record.root))) {
    verified.findings.push_back("its root hash is another than that of the ledger");
  }
  return verified.findings;
}

std::vector<std::string> check(const std::string& backup, const Record& record, Depth depth,
                               const Watch& watch) {
  auto sums = ledger::read_sums(backup);
  if (!sums) return {sums.error().message};
  std::vector<std::string> findings;
  bool has_record = false;
  watch.begin("check", "MiB");
  MiBDone done(watch, record.bytes);
  for (const ledger::FileSum& sum : *sums) {
    has_record = has_record || sum.path == ledger::kBackupRecord;
    std::string wrong = ledger::wrong_with(backup, sum, std::ref(done));
    if (!wrong.empty()) findings.push_back(std::move(wrong));
  }
  watch.end();
  if (!has_record) {
    findings.push_back(std::string(ledger::kBackupSums) + " lacks " + ledger::kBackupRecord);
  }
  // What is not as it was written is not opened: RocksDB may end the program at such damage.
  return findings.empty() ? judge(backup, record, depth, watch) : findings;
}

std::string in_words(const std::vector<std::string>& findings) {
  std::string text;
  for (std::size_t i = 0; i < findings.size() && i < kTold; ++i) {
    text += (text.empty() ? "" : "; ") + findings[i];
  }
  if (findings.size() > kTold) text += "; and " + std::to_string(findings.size() - kTold) + " more";
  return text;
}

}  // namespace jobledger::daemon::backup
