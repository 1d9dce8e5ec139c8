#pragma once

#include <boost/crc.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace jobledger::ledger {

/// The bytes of a write-ahead log of RocksDB, as its wiki has them ("Write Ahead Log File Format";
/// records that are not recycled).
class WalBytes {
 public:
  static constexpr std::uint64_t kBlock = 32 << 10;
  static constexpr std::uint64_t kHeader = 7;  ///< checksum (4), length (2), type (1)
  enum Type : std::uint8_t { kFull = 1, kFirst, kMiddle, kLast };

  /// One part of a record; a record is full, or a first, some in the middle, and a last.
  struct Fragment {
    Type type;
    std::uint64_t begin;
    std::uint64_t end;  ///< may be behind the end of the file

    bool begins_record() const { return type == kFull || type == kFirst; }
    bool ends_record() const { return type == kFull || type == kLast; }
  };

  using Crc32c = boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true>;
  static std::uint32_t masked(const Crc32c& crc);

  explicit WalBytes(std::string bytes) : bytes_(std::move(bytes)) {}

  std::uint64_t size() const { return bytes_.size(); }
  std::string_view view() const { return bytes_; }
  /// What the head there says; nullopt if it is none.
  std::optional<Fragment> fragment(std::uint64_t at) const;
  bool is_intact(const Fragment& fragment) const;
  /// The checksum in the head there.
  std::uint32_t sum(std::uint64_t at) const;

  /// Where the next fragment begins: what is too short for a head at the end of a block is filled.
  static std::uint64_t aligned(std::uint64_t at) {
    return kBlock - at % kBlock < kHeader ? (at / kBlock + 1) * kBlock : at;
  }

  /// Calls `visit` with each record that is whole, and whether it stands behind one that is not.
  /// Such a one may have been no record, but part of what the damaged one held. Gives where the
  /// first begins that is not whole, if any is: of what was written, so not of zeros at the end, or
  /// a torn record (wal_end.h).
  std::optional<std::uint64_t> each_record(
      const std::function<void(std::string_view, bool behind_damage)>& visit) const;

 private:
  std::string bytes_;
};

}  // namespace jobledger::ledger
