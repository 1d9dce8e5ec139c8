#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jobledger::daemon::config {

/// Where to accept connections. The host is an address or a name, an IPv6 address without its
/// brackets; port 0 lets the system pick one.
struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;

  bool operator==(const ListenAddress&) const = default;
};

/// Reads `HOST:PORT`; an IPv6 address stands in brackets, `[::1]:8080` (as in RFC 3986, 3.2.2).
std::optional<ListenAddress> parse_listen(std::string_view text);

/// Whether only this machine can reach it.
bool is_loopback(const ListenAddress& address);

/// The inverse of parse_listen, as it stands in a URL.
std::string to_text(const ListenAddress& address);

}  // namespace jobledger::daemon::config
