#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/time.h"

namespace jobledger::ledger {

/// A ULID: 48 bits of milliseconds, then 80 random bits; as text 26 characters of Crockford's
/// base 32 (github.com/ulid/spec).
struct Ulid {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  auto operator<=>(const Ulid&) const = default;
  bool is_nil() const { return high == 0 && low == 0; }

  std::string text() const;
  void append_to(std::string& out) const;

  /// nullopt if the text is not well formed, or well formed but beyond 128 bits (a first
  /// character above '7'), which no generator ever makes.
  static std::optional<Ulid> parse(std::string_view text);

  /// True if the text matches `^[0-9A-HJKMNP-TV-Z]{26}$`.
  static bool well_formed(std::string_view text);
};

using JobId = Ulid;
using BatchId = Ulid;
using LeaseId = Ulid;
using TokenId = Ulid;
using WebhookId = Ulid;

/// A job's place in the order of creation, 0, 1, 2, …; the graph's internal name of it.
using JobNumber = std::uint32_t;
inline constexpr JobNumber kNoJob = 0xffff'ffff;

using Salt = std::array<std::uint8_t, 16>;

/// Where every id and every random byte of an entry comes from: a seam, so that tests and
/// simulations repeat.
class IdSource {
 public:
  virtual ~IdSource() = default;
  /// Greater than every ULID it gave before.
  virtual Ulid next_ulid(TimeMs now) = 0;
  virtual Salt next_salt() = 0;
};

/// Ids from the operating system's random source; ULIDs of one millisecond count up, as the
/// ULID specification's monotonic variant says.
class RandomIds final : public IdSource {
 public:
  RandomIds();
  Ulid next_ulid(TimeMs now) override;
  Salt next_salt() override;

 private:
  std::uint64_t next_random();

  std::array<std::uint64_t, 512> pool_{};
  std::size_t used_ = 0;
  Ulid last_{};
};

}  // namespace jobledger::ledger
