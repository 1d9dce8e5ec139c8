#include <boost/crc.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/wal_end.h"
#include "tests/fuzz/support.h"
#include "tests/fuzz/targets.h"

// Steps that make a log, each a letter and a number in two bytes: `R` a record of that length, `r`
// a short one, `z` zeros; `t` cuts off the end, `c` changes a byte and `s` clears a sector, each
// counted from the end. The bytes of `b` and a length are taken as they are.

namespace jobledger::fuzz {
namespace {

constexpr std::size_t kBlock = 32 << 10;
constexpr std::size_t kHeader = 7;
constexpr std::size_t kSector = 512;
constexpr std::size_t kLargest = 2 * kBlock;
constexpr std::size_t kShort = 1500;

/// The bodies of fragments, none with a zero in it, and their checksums, which are kept: to count
/// them takes longer than all the rest.
class Fragments {
 public:
  static constexpr unsigned kPhases = 15;

  static std::string_view body(unsigned phase, std::size_t length) {
    static const std::string pattern = make_pattern();
    return std::string_view(pattern).substr(phase, length);
  }

  static std::uint32_t checksum(unsigned type, unsigned phase, std::size_t length) {
    static std::vector<std::uint32_t> known(4 * kPhases * kBlock);
    std::uint32_t& sum = known[((type - 1) * kPhases + phase) * kBlock + length];
    if (sum == 0) sum = count(type, body(phase, length));
    return sum;
  }

 private:
  static std::string make_pattern() {
    std::string pattern;
    for (std::size_t i = 0; i < kBlock + kPhases; ++i) {
      pattern += static_cast<char>(1 + i * 7 % 255);
    }
    return pattern;
  }

  static std::uint32_t count(unsigned type, std::string_view body) {
    boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
    crc.process_byte(static_cast<unsigned char>(type));
    crc.process_bytes(body.data(), body.size());
    std::uint32_t sum = crc.checksum();
    return (sum >> 15 | sum << 17) + 0xa282ead8U;
  }
};

/// A log as RocksDB writes it.
class LogMaker {
 public:
  explicit LogMaker(Input input) : input_(input) {
    while (!input_.rest().empty() && log_.size() < kLargest) step();
  }

  const std::string& log() const { return log_; }
  /// Where it ends, if it is whole records with zeros behind them.
  std::optional<std::size_t> end() const { return whole_ ? std::optional(end_) : std::nullopt; }
  /// Where it ends, if it is whole but for the last record, which is cut off.
  std::optional<std::size_t> end_before_cut() const { return before_cut_; }

 private:
  void step() {
    unsigned char kind = static_cast<unsigned char>(input_.choose(256));
    std::size_t number = input_.choose(256);
    number = number << 8 | input_.choose(256);
    before_cut_.reset();
    switch (kind) {
      case 'r':
        number %= kShort;
        [[fallthrough]];
      case 'R':
        if (end_ != log_.size()) whole_ = false;
        last_end_ = end_;
        add_record(number);
        end_ = log_.size();
        break;
      case 'z':
        log_.append(number % kBlock, '\0');
        break;
      case 't':
        if (whole_ && end_ == log_.size() && number < end_ - last_end_) before_cut_ = last_end_;
        change(number, [&](std::size_t at) { log_.resize(at); });
        break;
      case 'c':
        change(number, [&](std::size_t at) { log_[at] = static_cast<char>(~log_[at]); });
        break;
      case 's':
        change(number, [&](std::size_t at) {
          at -= at % kSector;
          std::size_t count = std::min(kSector, log_.size() - at);
          log_.replace(at, count, count, '\0');
        });
        break;
      case 'b':
        for (; number > 0 && !input_.rest().empty(); --number) {
          log_ += static_cast<char>(input_.choose(256));
        }
        whole_ = false;
        break;
      default:
        break;
    }
  }

  template <typename Change>
  void change(std::size_t from_end, Change change_at) {
    if (from_end >= log_.size()) return;
    whole_ = false;
    change_at(log_.size() - 1 - from_end);
  }

  void add_record(std::size_t length) {
    bool first = true;
    do {
      std::size_t room = kBlock - log_.size() % kBlock;
      if (room < kHeader) log_.append(room, '\0'), room = kBlock;
      std::size_t part = std::min(length, room - kHeader);
      bool last = part == length;
      add_fragment(first && last ? 1 : first ? 2 : last ? 4 : 3, part);
      length -= part;
      first = false;
    } while (length > 0);
  }

  void add_fragment(unsigned type, std::size_t length) {
    const unsigned phase = count_++ % Fragments::kPhases;
    add_number(Fragments::checksum(type, phase, length), 4);
    add_number(static_cast<std::uint32_t>(length), 2);
    log_ += static_cast<char>(type);
    log_ += Fragments::body(phase, length);
  }

  void add_number(std::uint32_t number, int bytes) {
    for (; bytes > 0; --bytes, number >>= 8) log_ += static_cast<char>(number & 0xff);
  }

  Input input_;
  std::string log_;
  std::size_t last_end_ = 0;  ///< of the record before the last
  std::size_t end_ = 0;
  unsigned count_ = 0;
  bool whole_ = true;
  std::optional<std::size_t> before_cut_;
};

ledger::Result<std::uint64_t> end_of(const std::string& log, bool is_last) {
  return ledger::wal_end(log, "a file", is_last);
}

}  // namespace

void wal_ends(std::string_view bytes) {
  Input input(bytes);
  bool is_last = input.choose(2) == 0;
  LogMaker made{input};
  const std::string& log = made.log();
  auto end = end_of(log, is_last);
  if (made.end()) {
    require(end && *end == *made.end(), "a whole log ends with its last record");
    auto filled = end_of(log + std::string(kSector, '\0'), is_last);
    require(filled && *filled == *end, "zeros behind a log are none of it");
  }
  if (is_last && made.end_before_cut()) {
    require(end && *end == *made.end_before_cut(), "a record that is cut off never was");
  }
  if (end) return require(*end <= log.size(), "a log does not end behind its file");
  require(end.error().message.starts_with(ledger::kWalDoubt), "a doubt says what it is of");
}

}  // namespace jobledger::fuzz
