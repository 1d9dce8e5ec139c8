#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "ledger/assert.h"

namespace jobledger::projections {

/// An array that grows without ever moving what is in it: no pause at ten million elements.
template <typename T, std::size_t kSegment = 4096>
class SegmentedVector {
 public:
  static_assert(std::is_trivially_copyable_v<T>);
  static constexpr std::size_t kSegmentSize = kSegment;

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  T& operator[](std::size_t i) { return (*segments_[i / kSegment])[i % kSegment]; }
  const T& operator[](std::size_t i) const { return (*segments_[i / kSegment])[i % kSegment]; }
  T& back() { return (*this)[size_ - 1]; }
  const T& back() const { return (*this)[size_ - 1]; }

  void push_back(const T& value) {
    if (size_ % kSegment == 0) segments_.push_back(std::make_unique<Segment>());
    ++size_;
    back() = value;
  }

  /// The bytes of [first, first + count), all within one segment.
  std::string bytes(std::size_t first, std::size_t count) const {
    JL_ASSERT(count == 0 || first / kSegment == (first + count - 1) / kSegment);
    if (count == 0) return {};
    return {reinterpret_cast<const char*>(&(*this)[first]), count * sizeof(T)};
  }
  /// Appends what `bytes` gave; false if they are no whole number of elements.
  bool append_bytes(std::string_view bytes) {
    if (bytes.size() % sizeof(T) != 0) return false;
    while (!bytes.empty()) {
      if (size_ % kSegment == 0) segments_.push_back(std::make_unique_for_overwrite<Segment>());
      std::size_t count = std::min(kSegment - size_ % kSegment, bytes.size() / sizeof(T));
      std::memcpy(&(*segments_.back())[size_ % kSegment], bytes.data(), count * sizeof(T));
      size_ += count;
      bytes.remove_prefix(count * sizeof(T));
    }
    return true;
  }

 private:
  using Segment = std::array<T, kSegment>;
  std::vector<std::unique_ptr<Segment>> segments_;
  std::size_t size_ = 0;
};

/// The first index in [0, size) for which `after` is true, where it is false, …, true, …
template <typename After>
std::size_t first_where(std::size_t size, After after) {
  std::size_t low = 0;
  std::size_t high = size;
  while (low < high) {
    std::size_t middle = low + (high - low) / 2;
    if (after(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace jobledger::projections
