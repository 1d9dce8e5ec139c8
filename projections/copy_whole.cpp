#include "ledger/codec.h"
#include "ledger/keys.h"
#include "projections/examine.h"
#include "projections/log_copy.h"
#include "projections/salvaged_entry.h"
#include "projections/snapshots.h"

namespace jobledger::projections {

using ledger::Failure;
using ledger::Status;
namespace keys = ledger::keys;

namespace {

constexpr std::uint64_t kProgressStep = 1 << 4;  ///< entries may be large

Status copy_entry(ledger::Salvage& salvage, std::uint64_t index, LogCopy& copy) {
  auto row = salvage.entry(index);
  if (!row) return row.error();
  auto entry = ledger::decode(row->bytes);
  if (!entry) return entry.error();
  auto payloads = salvaged_payloads(salvage, *entry);
  if (!payloads) return payloads.error();
  return copy.take(*entry, row->bytes, *payloads);
}

/// The newest of what was signed under this key that is of no more than so many entries.
std::optional<std::string> note_until(ledger::Salvage& salvage, std::string_view key,
                                      std::uint64_t until, const ledger::SigningKeys& signers) {
  std::optional<std::string> best;
  std::uint64_t size = 0;
  for (const std::string& note : salvage.meta_versions(key)) {
    auto read = ledger::SignedCheckpoint::parse(note);
    if (!read || read->checkpoint.size > until || (best && read->checkpoint.size <= size)) continue;
    if (!is_signed_by_one(read->note, signers.verifiers())) continue;
    size = read->checkpoint.size;
    best = note;
  }
  return best;
}

/// A checkpoint of more entries than there are would be a promise that is broken.
Status copy_meta(ledger::Salvage& salvage, std::uint64_t until, ledger::Store& into) {
  auto id = salvage.ledger_id();
  if (!id) return Failure{"the id of the ledger cannot be read"};
  ledger::Store::Rows rows = salvage.meta_rows(keys::kSigningKeys);
  auto signers = ledger::SigningKeys::of_rows(rows);
  if (!signers) return signers.error();
  for (auto& [key, row] : salvage.meta_rows(keys::kHandovers)) {
    if (keys::read_number(std::string_view(key).substr(keys::kHandovers.size())) < until) {
      rows.emplace_back(key, row);
    }
  }
  for (std::string_view key : {keys::kCheckpoint, keys::kCosigned}) {
    if (auto note = note_until(salvage, key, until, *signers)) rows.emplace_back(key, *note);
  }
  if (auto key = salvage.meta_row(keys::kWebhookKey)) rows.emplace_back(keys::kWebhookKey, *key);
  rows.emplace_back("ledger", id->text());
  return into.put_meta_rows(rows);
}

}  // namespace

Status copy_whole(ledger::Salvage& salvage, std::uint64_t until, ledger::Store& into,
                  const RecoveryReport& report) {
  LogCopy copy(into);
  for (std::uint64_t index = 0; index < until; ++index) {
    if (index % kProgressStep == 0) report.progress({index, until});
    if (Status copied = copy_entry(salvage, index, copy); !copied) {
      return Failure{"entry " + std::to_string(index) +
                     " cannot be copied: " + copied.error().message};
    }
  }
  if (Status flushed = copy.flush(); !flushed) return flushed;
  if (Status copied = copy_meta(salvage, until, into); !copied) return copied;
  auto saved = Snapshots(into).save(copy.state());
  return saved ? ledger::ok() : Status(saved.error());
}

}  // namespace jobledger::projections
