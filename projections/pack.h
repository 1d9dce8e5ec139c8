#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "ledger/ids.h"

namespace jobledger::projections {

/// Appends plain values to the bytes of a snapshot's chunk, little-endian.
class Packer {
 public:
  void number(std::uint64_t value) { raw(&value, sizeof(value)); }
  void small(std::uint32_t value) { raw(&value, sizeof(value)); }
  void id(ledger::Ulid id) {
    number(id.high);
    number(id.low);
  }
  void text(std::string_view value) {
    small(static_cast<std::uint32_t>(value.size()));
    out_.append(value);
  }
  void bytes(std::string_view value) { out_.append(value); }

  std::string take() { return std::move(out_); }

 private:
  void raw(const void* value, std::size_t size) {
    out_.append(static_cast<const char*>(value), size);
  }
  std::string out_;
};

/// Reads them back. Once something does not fit, everything it gives is zero and `ok` is false.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number() { return raw<std::uint64_t>(); }
  std::uint32_t small() { return raw<std::uint32_t>(); }
  std::uint32_t tiny() { return raw<std::uint16_t>(); }
  ledger::Ulid id() {
    ledger::Ulid id;
    id.high = number();
    id.low = number();
    return id;
  }
  std::string text() { return std::string(bytes(small())); }
  std::string_view bytes(std::size_t count) {
    if (count > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    std::string_view value = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return value;
  }

  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }
  std::size_t left() const { return rest_.size(); }

 private:
  template <typename T>
  T raw() {
    T value{};
    std::string_view from = bytes(sizeof(T));
    if (from.size() == sizeof(T)) std::memcpy(&value, from.data(), sizeof(T));
    return value;
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace jobledger::projections
