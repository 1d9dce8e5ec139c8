#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jobledger::daemon::webhooks {

/// Where a URL leads to, as libcurl reads it: what is judged is what is connected to.
struct Target {
  std::string scheme;  ///< `http` or `https`
  std::string host;    ///< a name, or an address; of IPv6 without its brackets
  std::uint16_t port = 0;
  std::string shown;  ///< the URL without user, password, query and fragment

  /// `https://example.com:443`: the same for all URLs that lead to one server.
  std::string server() const;
};

/// nullopt if it is no URL of HTTP.
std::optional<Target> target_of(std::string_view url);

}  // namespace jobledger::daemon::webhooks
