#include "projections/key_table.h"

#include <cstring>

#include "ledger/hash.h"
#include "projections/pack.h"

namespace jobledger::projections {

KeyTable::KeyHash KeyTable::hash_of(std::string_view team, std::string_view key) {
  ledger::Sha256 hash = ledger::sha256({team, std::string_view("\0", 1), key});
  KeyHash half;
  std::memcpy(half.data(), hash.data(), sizeof(half));
  return half;
}

void KeyTable::fold(const ledger::Entry& entry, std::size_t first, std::size_t) {
  if (first != 0) return;
  forget_expired(entry.time);
  if (!entry.envelope.idempotency) return;
  const ledger::Idempotency& used = *entry.envelope.idempotency;
  KeyHash key = hash_of(entry.envelope.actor.team, used.key);
  keys_[key] = {used.fingerprint, entry.index, used.expires};
  by_expiry_.emplace(used.expires, key);
}

void KeyTable::forget_expired(ledger::TimeMs now) {
  while (!by_expiry_.empty() && by_expiry_.begin()->first < now) {
    keys_.erase(by_expiry_.begin()->second);
    by_expiry_.erase(by_expiry_.begin());
  }
}

std::optional<ledger::WriterState::KeyedEntry> KeyTable::find(std::string_view team,
                                                              std::string_view key,
                                                              ledger::TimeMs now) const {
  auto it = keys_.find(hash_of(team, key));
  if (it == keys_.end() || it->second.expires < now) return std::nullopt;
  return ledger::WriterState::KeyedEntry{it->second.index, it->second.fingerprint};
}

KeyTable::Save KeyTable::save(std::uint64_t) const {
  Packer out;
  for (const auto& [expires, key] : by_expiry_) {
    const Row& row = keys_.at(key);
    out.number(static_cast<std::uint64_t>(expires));
    out.number(key[0]);
    out.number(key[1]);
    out.number(row.index);
    out.bytes(ledger::bytes_of(row.fingerprint));
  }
  return [bytes = out.take()](ledger::ChunkSink& sink, const Locked&) { sink.fresh("all", bytes); };
}

ledger::Status KeyTable::load(std::uint64_t, const ledger::ChunkSource& source) {
  auto bytes = source.read("all");
  if (!bytes) return ledger::Failure{"the idempotency keys are missing"};
  Unpacker in(*bytes);
  while (in.ok() && !in.at_end()) {
    Row row{};
    row.expires = static_cast<ledger::TimeMs>(in.number());
    KeyHash key = {in.number(), in.number()};
    row.index = in.number();
    std::string_view fingerprint = in.bytes(row.fingerprint.size());
    std::copy(fingerprint.begin(), fingerprint.end(), row.fingerprint.begin());
    keys_[key] = row;
    by_expiry_.emplace(row.expires, key);
  }
  if (!in.ok()) return ledger::Failure{"the idempotency keys are damaged"};
  return ledger::ok();
}

}  // namespace jobledger::projections
