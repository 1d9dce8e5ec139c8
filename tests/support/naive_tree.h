#pragma once

#include <openssl/sha.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ledger/command.h"

namespace jobledger::tests {

inline ledger::Sha256 digest(const std::string& bytes) {
  ledger::Sha256 hash;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
  return hash;
}

inline std::string text(const ledger::Sha256& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

/// The definitions of RFC 6962 (2.1) and RFC 9162 (2.1), word by word: MTH, PATH and PROOF. Shares
/// nothing with the code under test.
class NaiveTree {
 public:
  using Hash = ledger::Sha256;
  using Hashes = std::vector<Hash>;

  static Hash leaf_data(std::uint64_t index) { return digest("entry " + std::to_string(index)); }

  explicit NaiveTree(std::size_t leaves) {
    for (std::size_t i = 0; i < leaves; ++i) {
      leaves_.push_back(digest(std::string(1, '\0') + text(leaf_data(i))));
    }
  }

  /// Over these entries.
  explicit NaiveTree(const std::vector<std::string>& entries) {
    for (const std::string& bytes : entries) {
      leaves_.push_back(digest(std::string(1, '\0') + text(digest(bytes))));
    }
  }

  const Hash& leaf(std::size_t index) const { return leaves_[index]; }
  Hash root(std::size_t size) { return mth(0, size); }
  Hashes path(std::size_t index, std::size_t size) { return path(index, 0, size); }
  Hashes proof(std::size_t from, std::size_t to) { return subproof(from, 0, to, true); }

 private:
  /// The largest power of two smaller than the count.
  static std::size_t k_of(std::size_t count) {
    std::size_t k = 1;
    while (k * 2 < count) k *= 2;
    return k;
  }

  Hash mth(std::size_t first, std::size_t count) {
    if (count == 0) return digest("");
    if (count == 1) return leaves_[first];
    auto known = memo_.find({first, count});
    if (known != memo_.end()) return known->second;
    std::size_t k = k_of(count);
    Hash hash = digest('\1' + text(mth(first, k)) + text(mth(first + k, count - k)));
    if (count == k * 2) memo_.emplace(std::pair(first, count), hash);
    return hash;
  }

  Hashes path(std::size_t m, std::size_t first, std::size_t count) {
    if (count == 1) return {};
    std::size_t k = k_of(count);
    Hashes hashes = m < k ? path(m, first, k) : path(m - k, first + k, count - k);
    hashes.push_back(m < k ? mth(first + k, count - k) : mth(first, k));
    return hashes;
  }

  Hashes subproof(std::size_t m, std::size_t first, std::size_t count, bool whole) {
    if (m == count) return whole ? Hashes{} : Hashes{mth(first, count)};
    std::size_t k = k_of(count);
    Hashes hashes =
        m <= k ? subproof(m, first, k, whole) : subproof(m - k, first + k, count - k, false);
    hashes.push_back(m <= k ? mth(first + k, count - k) : mth(first, k));
    return hashes;
  }

  Hashes leaves_;
  std::map<std::pair<std::size_t, std::size_t>, Hash> memo_;  ///< perfect subtrees alone
};

}  // namespace jobledger::tests
