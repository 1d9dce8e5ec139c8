#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/ids.h"

namespace jobledger::ledger {

/// What a token allows. The bits are stored: never change one, only add.
enum class Scope : std::uint16_t {
  jobs_read = 1 << 0,
  jobs_write = 1 << 1,
  jobs_cancel = 1 << 2,
  worker = 1 << 3,
  audit_read = 1 << 4,
  audit_all = 1 << 5,  ///< reads the ledger across teams
  admin = 1 << 6,      ///< the daemon itself
};

/// A set of scopes.
class Scopes {
 public:
  constexpr Scopes() = default;
  constexpr explicit Scopes(std::uint16_t bits) : bits_(bits) {}

  constexpr bool has(Scope scope) const { return bits_ & static_cast<std::uint16_t>(scope); }
  constexpr Scopes with(Scope scope) const {
    return Scopes(static_cast<std::uint16_t>(bits_ | static_cast<std::uint16_t>(scope)));
  }
  constexpr std::uint16_t bits() const { return bits_; }
  constexpr bool operator==(const Scopes&) const = default;

  /// Every scope but `audit:all` and `admin`: what a token gets if nobody says.
  static constexpr Scopes usual() { return Scopes(0x1f); }
  static constexpr Scopes all() { return Scopes(0x7f); }

  std::vector<std::string_view> names() const;
  /// In the order of the bits; nullopt if it has all that are needed.
  std::optional<Scope> first_missing(Scopes needed) const;
  /// From a csv such as `jobs:read,worker`; nullopt if a name is unknown or there is none.
  static std::optional<Scopes> parse(std::string_view csv);

 private:
  std::uint16_t bits_ = 0;
};

std::string_view name_of(Scope scope);

/// The numbers are stored.
enum class ActorKind : std::uint8_t {
  system = 0,    ///< the daemon itself, for example a lease that ended
  token = 1,     ///< a caller with a token
  operator_ = 2  ///< somebody with access to the data directory, through the command line
};

/// Who asked. `team` is whose data the command is about, and so who may read its entry.
struct Actor {
  ActorKind kind = ActorKind::system;
  std::string team;
  TokenId token;
  std::string name;          ///< of the token, of the part of the system, or of the operator
  std::string on_behalf_of;  ///< the person behind a service token, as the caller said
  std::string address;       ///< of the client, as the socket saw it
  std::string client;        ///< its User-Agent
  Scopes scopes;
  /// One cancel may take more jobs than this only if it confirms a plan; 0: any number.
  std::uint32_t confirm_above = 0;

  bool operator==(const Actor&) const = default;
};

}  // namespace jobledger::ledger
