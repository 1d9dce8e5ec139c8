#include "ledger/wal_bytes.h"

namespace jobledger::ledger {
namespace {

std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    number = number << 8 | static_cast<std::uint8_t>(bytes[i]);
  }
  return number;
}

}  // namespace

std::uint32_t WalBytes::masked(const Crc32c& crc) {
  std::uint32_t sum = crc.checksum();
  return (sum >> 15 | sum << 17) + 0xa282ead8U;
}

std::optional<WalBytes::Fragment> WalBytes::fragment(std::uint64_t at) const {
  if (at + kHeader > size()) return std::nullopt;
  std::uint64_t length = little_endian(view().substr(at + 4, 2));
  auto type = static_cast<std::uint8_t>(bytes_[at + 6]);
  if (type < kFull || type > kLast) return std::nullopt;
  if (at % kBlock + kHeader + length > kBlock) return std::nullopt;
  return Fragment{static_cast<Type>(type), at, at + kHeader + length};
}

bool WalBytes::is_intact(const Fragment& fragment) const {
  if (fragment.end > size()) return false;
  Crc32c crc;
  crc.process_bytes(bytes_.data() + fragment.begin + 6, fragment.end - fragment.begin - 6);
  return masked(crc) == sum(fragment.begin);
}

std::uint32_t WalBytes::sum(std::uint64_t at) const {
  return little_endian(view().substr(at, 4));
}

std::optional<std::uint64_t> WalBytes::each_record(
    const std::function<void(std::string_view, bool)>& visit) const {
  std::string record;
  bool begun = false;
  std::optional<std::uint64_t> damaged;
  for (std::uint64_t at = 0; at + kHeader <= size();) {
    auto found = fragment(at);
    if (!found || !is_intact(*found)) {
      begun = false;
      if (!damaged) damaged = at;
      // Where the next one begins its damaged head does not tell: at any byte.
      ++at;
      while (at + kHeader <= size() && bytes_[at + 6] == '\0') ++at;
      continue;
    }
    if (found->begins_record()) record.clear();
    bool goes_on = begun && !found->begins_record();
    begun = found->begins_record() || goes_on;
    if (begun) record.append(bytes_, found->begin + kHeader, found->end - found->begin - kHeader);
    if (begun && found->ends_record()) {
      visit(record, damaged.has_value());
      begun = false;
    }
    at = aligned(found->end);
  }
  return damaged;
}

}  // namespace jobledger::ledger
