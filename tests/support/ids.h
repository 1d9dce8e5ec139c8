#pragma once

#include <cstdint>

#include "ledger/ids.h"

namespace jobledger::tests {

/// Ids that count up, and salts that do: the same calls give the same entries, byte for byte.
class CountingIds final : public ledger::IdSource {
 public:
  ledger::Ulid next_ulid(ledger::TimeMs now) override {
    auto high = static_cast<std::uint64_t>(now) << 16;
    if (high > last_.high) last_.high = high;
    ++last_.low;
    return last_;
  }

  ledger::Salt next_salt() override {
    ledger::Salt salt{};
    std::uint64_t number = ++salts_;
    for (std::size_t i = salt.size(); i-- > 0; number >>= 8) {
      salt[i] = static_cast<std::uint8_t>(number);
    }
    return salt;
  }

 private:
  ledger::Ulid last_;
  std::uint64_t salts_ = 0;
};

}  // namespace jobledger::tests
