#include "ledger/hash_tree.h"

#include <span>

#include "ledger/hash.h"
#include "ledger/keys.h"
#include "ledger/store.h"
#include "ledger/tree_reader.h"

namespace jobledger::ledger {
namespace {

constexpr std::size_t kTileWidth = 256;
constexpr std::size_t kHashSize = sizeof(Sha256);

}  // namespace

Sha256 HashTree::hash_leaf(const Sha256& leaf_data) {
  return sha256({std::string_view("\0", 1), bytes_of(leaf_data)});
}

Sha256 HashTree::hash_node(const Sha256& left, const Sha256& right) {
  return sha256({"\1", bytes_of(left), bytes_of(right)});
}

Result<HashTree> HashTree::load(const Store& store, std::uint64_t size) {
  TreeReader reader(store);
  HashTree tree;
  tree.size_ = size;
  std::size_t level = 0;
  for (std::uint64_t count = size; count > 0; count /= kTileWidth, ++level) {
    std::size_t width = count % kTileWidth;
    auto hashes = reader.tile(level, count / kTileWidth, width);
    if (!hashes) return hashes.error();
    tree.partial_.push_back(hashes_in(*hashes));
  }
  return tree;
}

std::uint64_t HashTree::stored_leaves(const Store& store) {
  auto row = store.tree_floor(keys::tree_run(0, 0), keys::tree_run(0, ~std::uint64_t{0}));
  return row ? keys::index_of_tree_key(row->first) + row->second.size() / kHashSize : 0;
}

void HashTree::append(const Sha256& leaf_data, StoreBatch& batch) {
  Sha256 leaf = hash_leaf(leaf_data);
  unflushed_.append(bytes_of(leaf));
  grow(leaf, [&](std::string_view key, std::string_view row) { batch.put_tree(key, row); });
}

void HashTree::grow(const Sha256& leaf, const PutRow& put) {
  ++size_;
  push(0, leaf, put);
}

void HashTree::push(std::size_t level, const Sha256& hash, const PutRow& put) {
  if (partial_.size() <= level) partial_.resize(level + 1);
  std::vector<Sha256>& tile = partial_[level];
  tile.push_back(hash);
  if (tile.size() < kTileWidth) return;
  std::uint64_t tiles = size_ >> (8 * (level + 1));
  std::string row;
  row.reserve(kTileWidth * kHashSize);
  for (const Sha256& each : tile) row.append(bytes_of(each));
  put(keys::tree_tile(level, tiles - 1), row);
  Sha256 root = perfect_root(tile);
  tile.clear();
  put(keys::tree_run(level + 1, tiles - 1), bytes_of(root));
  push(level + 1, root, put);
}

void HashTree::flush(StoreBatch& batch) {
  if (unflushed_.empty()) return;
  batch.put_tree(keys::tree_run(0, size_ - unflushed_.size() / kHashSize), unflushed_);
  unflushed_.clear();
}

Sha256 HashTree::root() const {
  // RFC 6962, 2.1: the perfect subtrees left to right, joined from the right.
  std::vector<Sha256> peaks;
  for (std::size_t level = partial_.size(); level-- > 0;) {
    std::span<const Sha256> rest = partial_[level];
    for (std::size_t width = kTileWidth / 2; width > 0; width /= 2) {
      if (rest.size() < width) continue;
      peaks.push_back(
          perfect_root({rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(width)}));
      rest = rest.subspan(width);
    }
  }
  if (peaks.empty()) return sha256({});
  Sha256 root = peaks.back();
  for (std::size_t i = peaks.size() - 1; i-- > 0;) root = hash_node(peaks[i], root);
  return root;
}

}  // namespace jobledger::ledger
