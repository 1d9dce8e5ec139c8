#include "ledger/leaf_reader.h"

#include <cstring>

#include "ledger/keys.h"

namespace jobledger::ledger {
namespace {

constexpr std::size_t kHashSize = sizeof(Sha256);
constexpr std::size_t kEnough = 4096 * kHashSize;

}  // namespace

std::optional<Sha256> LeafReader::leaf(std::uint64_t index) {
  auto at_hand = [&] { return index >= first_ && index - first_ < hashes_.size() / kHashSize; };
  if (!at_hand()) load(index);
  if (!at_hand()) return std::nullopt;
  Sha256 hash;
  std::memcpy(hash.data(), hashes_.data() + (index - first_) * kHashSize, kHashSize);
  return hash;
}

void LeafReader::load(std::uint64_t index) {
  hashes_.clear();
  auto run = store_.tree_floor(keys::tree_run(0, 0), keys::tree_run(0, index));
  if (!run) return;
  first_ = keys::index_of_tree_key(run->first);
  // What cannot be read is not at hand, which is all that matters here.
  (void)store_.scan_tree(run->first, [&](std::string_view key, std::string_view row) {
    std::uint64_t next = first_ + hashes_.size() / kHashSize;
    if (key != keys::tree_run(0, next) || row.size() % kHashSize != 0) return false;
    hashes_.append(row);
    return !row.empty() && hashes_.size() < kEnough;
  });
}

}  // namespace jobledger::ledger
