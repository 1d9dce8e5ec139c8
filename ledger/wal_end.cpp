#include "ledger/wal_end.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "ledger/wal_bytes.h"

namespace jobledger::ledger {
namespace {

constexpr std::uint64_t kHeader = WalBytes::kHeader;
constexpr std::uint64_t kSector = 512;
constexpr std::uint64_t kTornAtLeast = 8;  ///< zeros that a record hardly has by itself

class Log : public WalBytes {
 public:
  using WalBytes::WalBytes;

  /// Whether the sector that a head begins in is lost, so that what the next one has of it is no
  /// length.
  bool has_lost_head(std::uint64_t at) const {
    std::uint64_t next = (at / kSector + 1) * kSector;
    return next - at < kHeader && is_zero(at, next);
  }

  /// Whether a write that was cut off, of one record, can have left this behind.
  bool is_torn(std::uint64_t begin, std::uint64_t end) const {
    return lacks_sector(begin, end) && !has_record(begin + 1) && !has_wrong_length(begin, end);
  }

 private:
  /// Whether the end is not there, or one of the sectors is zero.
  bool lacks_sector(std::uint64_t begin, std::uint64_t end) const {
    if (end > size()) return true;
    for (std::uint64_t at = begin, next = 0; at < end; at = next) {
      next = std::min(end, (at / kSector + 1) * kSector);
      bool is_piece = next - at >= kTornAtLeast || at == begin || next == end;
      if (is_piece && is_zero(at, next)) return true;
    }
    return false;
  }

  /// Whether a record begins, intact, at any byte from there on.
  bool has_record(std::uint64_t from) const {
    for (std::uint64_t at = from; at + kHeader <= size(); ++at) {
      auto found = fragment(at);
      if (found && found->begins_record() && is_intact(*found)) return true;
    }
    return false;
  }

  /// Whether one of the fragments is right but for the length that its head names.
  bool has_wrong_length(std::uint64_t begin, std::uint64_t end) const {
    for (std::uint64_t at = begin; at + kHeader <= std::min(end, size());) {
      auto found = fragment(at);
      if (!found) return false;
      if (is_intact(*found)) {
        at = aligned(found->end);
        continue;
      }
      Crc32c crc;
      std::uint64_t block_end = std::min((at / kBlock + 1) * kBlock, size());
      for (std::uint64_t byte = at + 6; byte < block_end; ++byte) {
        crc.process_byte(static_cast<std::uint8_t>(view()[byte]));
        if (byte + 1 != found->end && masked(crc) == sum(at)) return true;
      }
      at = aligned(found->end);
    }
    return false;
  }

  bool is_zero(std::uint64_t begin, std::uint64_t end) const {
    return view().substr(begin, end - begin).find_first_not_of('\0') == std::string_view::npos;
  }
};

/// The chain of heads, from the beginning as far as it goes.
struct Chain {
  std::uint64_t last = 0;   ///< where the last whole record begins
  std::uint64_t end = 0;    ///< of that record
  std::uint64_t next = 0;   ///< where another begins, or would
  std::uint64_t least = 0;  ///< the end of that, as far as its heads say
};

Chain follow(const Log& log) {
  Chain chain;
  bool begun = false;
  for (std::uint64_t at = 0;;) {
    auto fragment = log.fragment(at);
    chain.least = fragment ? fragment->end : at + kHeader + 1;
    if (!fragment || fragment->end > log.size()) return chain;
    if (fragment->begins_record() == begun) return chain;
    begun = !fragment->ends_record();
    at = WalBytes::aligned(fragment->end);
    if (begun) continue;
    chain.last = chain.next;
    chain.end = fragment->end;
    chain.next = at;
  }
}

bool is_intact(const Log& log, std::uint64_t record, std::uint64_t end) {
  for (std::uint64_t at = record; at < end;) {
    auto fragment = log.fragment(at);
    if (!fragment || !log.is_intact(*fragment)) return false;
    at = WalBytes::aligned(fragment->end);
  }
  return true;
}

Failure damage(const std::string& path, std::uint64_t at) {
  return Failure{std::string(kWalDoubt) + " " + path + " is damaged at byte " + std::to_string(at) +
                 ": restore the data directory from a copy"};
}

}  // namespace

Result<std::uint64_t> wal_end(std::string bytes, const std::string& path, bool is_last) {
  const std::uint64_t used = bytes.find_last_not_of('\0') + 1;  // npos + 1 is 0
  const Log log(std::move(bytes));
  const Chain chain = follow(log);
  if (is_intact(log, chain.last, chain.end)) {
    const std::uint64_t end = std::max(used, chain.least);
    if (used <= chain.end || (is_last && log.is_torn(chain.next, end))) return chain.end;
    return damage(path, chain.next);
  }
  const std::uint64_t end = log.has_lost_head(chain.last) ? used : chain.end;
  if (is_last && used <= end && log.is_torn(chain.last, end)) return chain.last;
  return damage(path, chain.last);
}

}  // namespace jobledger::ledger
