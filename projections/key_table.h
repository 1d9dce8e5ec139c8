#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "ledger/projection.h"
#include "ledger/writer.h"

namespace jobledger::projections {

/// The idempotency keys in use: which entry each team's key made. A key is forgotten when an entry
/// comes whose time is past the expiry that the key's own entry set; so this, too, depends on the
/// log alone. Half of a SHA-256 stands for a key: 48 bytes each.
class KeyTable final : public ledger::Projection {
 public:
  std::string_view name() const override { return "keys"; }
  std::uint32_t format() const override { return 1; }
  void fold(const ledger::Entry& entry, std::size_t first, std::size_t last) override;
  Save save(std::uint64_t version) const override;
  ledger::Status load(std::uint64_t version, const ledger::ChunkSource& source) override;

  std::optional<ledger::WriterState::KeyedEntry> find(std::string_view team, std::string_view key,
                                                      ledger::TimeMs now) const;
  std::size_t size() const { return keys_.size(); }

 private:
  using KeyHash = std::array<std::uint64_t, 2>;
  struct Spread {
    std::size_t operator()(const KeyHash& key) const { return key[0]; }
  };
  struct Row {
    ledger::Sha256 fingerprint;
    std::uint64_t index;
    ledger::TimeMs expires;
  };
  static KeyHash hash_of(std::string_view team, std::string_view key);
  void forget_expired(ledger::TimeMs now);

  boost::unordered_flat_map<KeyHash, Row, Spread> keys_;
  std::multimap<ledger::TimeMs, KeyHash> by_expiry_;
};

}  // namespace jobledger::projections
