#include "daemon/config/listen.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>

namespace jobledger::daemon::config {
namespace {

constexpr std::string_view kIpv6Characters = "0123456789abcdefABCDEF:.";
constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

bool consists_of(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  auto [stopped, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return port;
}

}  // namespace

std::optional<ListenAddress> parse_listen(std::string_view text) {
  std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto port = parse_port(text.substr(colon + 1));
  if (!port) return std::nullopt;

  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    if (!consists_of(host, kIpv6Characters) || host.find(':') == std::string_view::npos) {
      return std::nullopt;
    }
  } else if (!consists_of(host, kNameCharacters)) {
    return std::nullopt;
  }
  return ListenAddress{std::string(host), *port};
}

bool is_loopback(const ListenAddress& address) {
  constexpr std::uint8_t kLoopbackNet = 127;  // RFC 1122, 3.2.1.3
  in_addr four{};
  in6_addr six{};
  if (inet_pton(AF_INET, address.host.c_str(), &four) == 1) {
    return ntohl(four.s_addr) >> 24 == kLoopbackNet;
  }
  if (inet_pton(AF_INET6, address.host.c_str(), &six) == 1) {
    return IN6_IS_ADDR_LOOPBACK(&six) ||
           (IN6_IS_ADDR_V4MAPPED(&six) && six.s6_addr[12] == kLoopbackNet);
  }
  return address.host == "localhost";
}

std::string to_text(const ListenAddress& address) {
  bool bracketed = address.host.find(':') != std::string::npos;
  std::string host = bracketed ? "[" + address.host + "]" : address.host;
  return host + ":" + std::to_string(address.port);
}

}  // namespace jobledger::daemon::config
