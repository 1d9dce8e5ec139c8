#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace jobledger::ledger::ed25519 {

// Signatures of RFC 8032, by OpenSSL.

using Seed = std::array<std::uint8_t, 32>;  ///< the private key
using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

/// From the operating system's random source.
Seed new_seed();
PublicKey public_key_of(const Seed& seed);
Signature sign(const Seed& seed, std::string_view message);
bool verify(const PublicKey& key, std::string_view message, const Signature& signature);

}  // namespace jobledger::ledger::ed25519
