#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "ledger/projection.h"
#include "projections/id_map.h"

namespace jobledger::projections {

struct TokenRow {
  ledger::TokenId id;
  ledger::TokenDetail detail;
  std::uint64_t created_entry = 0;
  std::optional<std::uint64_t> revoked_entry;
};

/// The tokens issued, and which are revoked. A token is known by its hash alone.
class TokenTable final : public ledger::Projection {
 public:
  std::string_view name() const override { return "tokens"; }
  std::uint32_t format() const override { return 2; }
  void fold(const ledger::Entry& entry, std::size_t first, std::size_t last) override;
  Save save(std::uint64_t version) const override;
  ledger::Status load(std::uint64_t version, const ledger::ChunkSource& source) override;

  const TokenRow* find(ledger::TokenId id) const;
  /// The token with this hash that is not revoked as of the version, whether expired or not.
  const TokenRow* find_valid(const ledger::Sha256& hash, std::uint64_t version) const;
  const std::vector<TokenRow>& rows() const { return rows_; }

 private:
  void add(TokenRow row);

  std::vector<TokenRow> rows_;  ///< in the order they were issued
  boost::unordered_flat_map<ledger::TokenId, std::size_t, UlidHash> by_id_;
  /// By the first 8 bytes of the hash; the rest is compared in constant time.
  boost::unordered_flat_map<std::uint64_t, std::vector<std::size_t>> by_hash_;
};

}  // namespace jobledger::projections
