#include "projections/token_table.h"

#include <algorithm>
#include <cstring>

#include "ledger/hash.h"
#include "projections/pack.h"

namespace jobledger::projections {
namespace {

std::uint64_t prefix_of(const ledger::Sha256& hash) {
  std::uint64_t prefix;
  std::memcpy(&prefix, hash.data(), sizeof(prefix));
  return prefix;
}

void pack(Packer& out, const TokenRow& row) {
  out.id(row.id);
  out.text(row.detail.team);
  out.text(row.detail.name);
  out.small(row.detail.scopes.bits());
  out.bytes(ledger::bytes_of(row.detail.hash));
  out.small(row.detail.expires.has_value());
  out.number(static_cast<std::uint64_t>(row.detail.expires.value_or(0)));
  out.small(row.detail.confirm_above);
  out.number(row.created_entry);
  out.small(row.revoked_entry.has_value());
  out.number(row.revoked_entry.value_or(0));
}

TokenRow unpack(Unpacker& in) {
  TokenRow row;
  row.id = in.id();
  row.detail.team = in.text();
  row.detail.name = in.text();
  row.detail.scopes = ledger::Scopes(static_cast<std::uint16_t>(in.small()));
  std::string_view hash = in.bytes(row.detail.hash.size());
  std::copy(hash.begin(), hash.end(), row.detail.hash.begin());
  bool expires = in.small() != 0;
  auto time = static_cast<ledger::TimeMs>(in.number());
  if (expires) row.detail.expires = time;
  row.detail.confirm_above = in.small();
  row.created_entry = in.number();
  bool revoked = in.small() != 0;
  std::uint64_t entry = in.number();
  if (revoked) row.revoked_entry = entry;
  return row;
}

}  // namespace

void TokenTable::fold(const ledger::Entry& entry, std::size_t first, std::size_t last) {
  for (std::size_t place = first; place < last; ++place) {
    const ledger::Event& event = entry.events[place];
    if (event.kind == ledger::EventKind::token_created) {
      add({event.subject, event.as<ledger::TokenDetail>(), entry.index, std::nullopt});
    } else if (event.kind == ledger::EventKind::token_revoked) {
      rows_[by_id_.at(event.subject)].revoked_entry = entry.index;
    }
  }
}

void TokenTable::add(TokenRow row) {
  by_id_.emplace(row.id, rows_.size());
  by_hash_[prefix_of(row.detail.hash)].push_back(rows_.size());
  rows_.push_back(std::move(row));
}

const TokenRow* TokenTable::find(ledger::TokenId id) const {
  auto it = by_id_.find(id);
  return it == by_id_.end() ? nullptr : &rows_[it->second];
}

const TokenRow* TokenTable::find_valid(const ledger::Sha256& hash, std::uint64_t version) const {
  auto it = by_hash_.find(prefix_of(hash));
  if (it == by_hash_.end()) return nullptr;
  for (std::size_t i : it->second) {
    const TokenRow& row = rows_[i];
    bool valid =
        row.created_entry < version && (!row.revoked_entry || *row.revoked_entry >= version);
    if (ledger::equal_in_constant_time(row.detail.hash, hash) && valid) return &row;
  }
  return nullptr;
}

TokenTable::Save TokenTable::save(std::uint64_t) const {
  Packer out;
  out.number(rows_.size());
  for (const TokenRow& row : rows_) pack(out, row);
  return [bytes = out.take()](ledger::ChunkSink& sink, const Locked&) { sink.fresh("all", bytes); };
}

ledger::Status TokenTable::load(std::uint64_t, const ledger::ChunkSource& source) {
  auto bytes = source.read("all");
  if (!bytes) return ledger::Failure{"the tokens are missing"};
  Unpacker in(*bytes);
  for (std::uint64_t left = in.number(); left > 0 && in.ok(); --left) add(unpack(in));
  if (!in.ok() || !in.at_end()) return ledger::Failure{"the tokens are damaged"};
  return ledger::ok();
}

}  // namespace jobledger::projections
