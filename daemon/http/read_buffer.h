#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace jobledger::daemon::http {

/// Bytes read and not yet used. Small while a connection is idle (there may be ten thousand),
/// larger while much comes in.
class ReadBuffer {
 public:
  std::string_view bytes() const { return {data_.get() + begin_, end_ - begin_}; }
  std::size_t size() const { return end_ - begin_; }
  std::size_t capacity() const { return capacity_; }
  /// Leaves the other bytes where they are, so it may be called while a read is pending.
  void consume(std::size_t count) { begin_ += count; }

  /// Room for the next read, never empty. Moves the bytes: not while a read is pending.
  std::span<char> prepare() {
    const std::size_t used = size();
    if (used == 0 && capacity_ > kSmall && !last_filled_) resize(kSmall);
    if (used * 2 > capacity_ || (last_filled_ && capacity_ < kLarge)) {
      resize(std::max(capacity_ * 2, kSmall));
    } else if (used == 0 || end_ * 2 > capacity_) {
      std::memmove(data_.get(), data_.get() + begin_, used);
      begin_ = 0;
      end_ = used;
    }
    last_filled_ = false;
    return {data_.get() + end_, capacity_ - end_};
  }
  /// What the read brought.
  void commit(std::size_t count) {
    end_ += count;
    last_filled_ = end_ == capacity_;
  }

 private:
  static constexpr std::size_t kSmall = 4 * 1024;
  static constexpr std::size_t kLarge = 64 * 1024;

  void resize(std::size_t capacity) {
    auto data = std::make_unique_for_overwrite<char[]>(capacity);
    const std::size_t used = size();
    std::memcpy(data.get(), data_.get() + begin_, used);
    data_ = std::move(data);
    capacity_ = capacity;
    begin_ = 0;
    end_ = used;
  }

  std::size_t capacity_ = kSmall;
  std::unique_ptr<char[]> data_ = std::make_unique_for_overwrite<char[]>(kSmall);
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool last_filled_ = false;
};

}  // namespace jobledger::daemon::http
