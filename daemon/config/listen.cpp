#include "daemon/config/listen.h"

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

std::string to_text(const ListenAddress& address) {
  bool bracketed = address.host.find(':') != std::string::npos;
  std::string host = bracketed ? "[" + address.host + "]" : address.host;
  return host + ":" + std::to_string(address.port);
}

}  // namespace jobledger::daemon::config
