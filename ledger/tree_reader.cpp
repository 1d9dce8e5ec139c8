#include "ledger/tree_reader.h"

#include <bit>
#include <cstring>

#include "ledger/hash.h"
#include "ledger/hash_tree.h"
#include "ledger/keys.h"

namespace jobledger::ledger {
namespace {

constexpr unsigned kTileHeight = 8;
constexpr std::size_t kTileWidth = 1 << kTileHeight;
constexpr std::size_t kHashSize = sizeof(Sha256);

/// The hashes of level `level` in [first, last), from the runs that cover them.
Result<std::string> read_runs(const Store& store, std::size_t level, std::uint64_t first,
                              std::uint64_t last) {
  std::string hashes;
  for (std::uint64_t next = first; next < last;) {
    auto row = store.tree_floor(keys::tree_run(level, 0), keys::tree_run(level, next));
    std::uint64_t start = row ? keys::index_of_tree_key(row->first) : 0;
    std::uint64_t count = row ? row->second.size() / kHashSize : 0;
    if (!row || row->second.size() % kHashSize != 0 || start > next || start + count <= next) {
      return Failure{"the hash tree has no hash " + std::to_string(next) + " at level " +
                     std::to_string(level)};
    }
    std::uint64_t end = std::min(last, start + count);
    hashes.append(row->second, (next - start) * kHashSize, (end - next) * kHashSize);
    next = end;
  }
  return hashes;
}

}  // namespace

std::vector<Sha256> hashes_in(std::string_view tile) {
  std::vector<Sha256> hashes(tile.size() / kHashSize);
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    std::memcpy(hashes[i].data(), tile.data() + i * kHashSize, kHashSize);
  }
  return hashes;
}

Sha256 perfect_root(std::vector<Sha256> hashes) {
  while (hashes.size() > 1) {
    for (std::size_t i = 0; i < hashes.size() / 2; ++i) {
      hashes[i] = HashTree::hash_node(hashes[2 * i], hashes[2 * i + 1]);
    }
    hashes.resize(hashes.size() / 2);
  }
  return hashes.front();
}

Result<std::string> TreeReader::tile(std::size_t level, std::uint64_t number,
                                     std::size_t width) const {
  return hashes(level, number * kTileWidth, width);
}

Result<std::string> TreeReader::hashes(std::size_t level, std::uint64_t first,
                                       std::size_t count) const {
  auto tile = store_.tree_row(keys::tree_tile(level, first / kTileWidth));
  if (tile && tile->size() == kTileWidth * kHashSize) {
    return tile->substr(first % kTileWidth * kHashSize, count * kHashSize);
  }
  return read_runs(store_, level, first, first + count);
}

Result<Sha256> TreeReader::perfect_subtree(std::uint64_t first, unsigned height) const {
  std::size_t level = height / kTileHeight;
  auto below =
      hashes(level, first >> (level * kTileHeight), std::size_t{1} << height % kTileHeight);
  if (!below) return below.error();
  return perfect_root(hashes_in(*below));
}

Result<Sha256> TreeReader::subtree(std::uint64_t first, std::uint64_t count) const {
  if (count == 0) return sha256({});
  if (std::has_single_bit(count)) {
    return perfect_subtree(first, static_cast<unsigned>(std::countr_zero(count)));
  }
  std::uint64_t split = std::bit_floor(count);
  auto left = subtree(first, split);
  if (!left) return left;
  auto right = subtree(first + split, count - split);
  if (!right) return right;
  return HashTree::hash_node(*left, *right);
}

}  // namespace jobledger::ledger
