#pragma once

#include <sys/socket.h>

#include <string_view>

namespace jobledger::daemon::webhooks {

/// The range that is why nothing is sent to an address, such as "loopback"; empty if it is one that
/// anybody on the Internet can have. After the registries of special-purpose addresses (RFC 6890,
/// www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry). Ranges that
/// carry IPv4 addresses within IPv6 ones are refused whole.
std::string_view refused_range(const sockaddr& address);

/// Whether the host of a URL is such an address, or the URL leads nowhere. What a name leads to is
/// judged when it is connected to.
bool literal_target_refused(std::string_view url);

}  // namespace jobledger::daemon::webhooks
