#include "daemon/webhooks/address_guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "daemon/webhooks/target.h"
#include "ledger/assert.h"

namespace jobledger::daemon::webhooks {
namespace {

struct Named {
  const char* prefix;
  unsigned bits;
  std::string_view name;
};

constexpr Named kV4[] = {
    {"0.0.0.0", 8, "unspecified"},        {"10.0.0.0", 8, "private"},
    {"100.64.0.0", 10, "shared"},         {"127.0.0.0", 8, "loopback"},
    {"169.254.0.0", 16, "link-local"},    {"172.16.0.0", 12, "private"},
    {"192.0.0.0", 24, "reserved"},        {"192.0.2.0", 24, "documentation"},
    {"192.88.99.0", 24, "6to4"},          {"192.168.0.0", 16, "private"},
    {"198.18.0.0", 15, "benchmarking"},   {"198.51.100.0", 24, "documentation"},
    {"203.0.113.0", 24, "documentation"}, {"224.0.0.0", 4, "multicast"},
    {"255.255.255.255", 32, "broadcast"}, {"240.0.0.0", 4, "reserved"},
};

constexpr Named kV6[] = {
    {"::", 128, "unspecified"},        {"::1", 128, "loopback"},
    {"::ffff:0:0", 96, "IPv4-mapped"}, {"64:ff9b::", 96, "NAT64"},
    {"64:ff9b:1::", 48, "NAT64"},      {"fc00::", 7, "private"},
    {"fe80::", 10, "link-local"},      {"fec0::", 10, "site-local"},
    {"ff00::", 8, "multicast"},        {"2001::", 32, "Teredo"},
    {"2001:2::", 48, "benchmarking"},  {"2001:db8::", 32, "documentation"},
    {"2001::", 23, "reserved"},        {"2002::", 16, "6to4"},
    {"3fff::", 20, "documentation"},
};
/// Nothing else of IPv6 is given out to anybody.
constexpr std::uint8_t kGlobalUnicast = 0x20;  // 2000::/3
constexpr std::uint8_t kGlobalUnicastMask = 0xe0;

struct Range {
  std::array<std::uint8_t, 16> prefix{};
  unsigned bits = 0;
  std::string_view name;
};

std::vector<Range> read(std::span<const Named> table, int family) {
  std::vector<Range> ranges;
  for (const Named& each : table) {
    Range& range = ranges.emplace_back();
    range.bits = each.bits;
    range.name = each.name;
    JL_ASSERT(inet_pton(family, each.prefix, range.prefix.data()) == 1);
  }
  return ranges;
}

bool begins_so(std::span<const std::uint8_t> address, const Range& range) {
  const std::size_t whole = range.bits / 8;
  if (!std::equal(range.prefix.begin(), range.prefix.begin() + whole, address.begin())) {
    return false;
  }
  const unsigned left = range.bits % 8;
  return left == 0 || (address[whole] ^ range.prefix[whole]) >> (8 - left) == 0;
}

std::string_view range_of(std::span<const std::uint8_t> address, const std::vector<Range>& ranges) {
  for (const Range& range : ranges) {
    if (begins_so(address, range)) return range.name;
  }
  return {};
}

std::string_view range_of_v4(std::span<const std::uint8_t, 4> address) {
  static const std::vector<Range> ranges = read(kV4, AF_INET);
  return range_of(address, ranges);
}

std::string_view range_of_v6(std::span<const std::uint8_t, 16> address) {
  static const std::vector<Range> ranges = read(kV6, AF_INET6);
  std::string_view name = range_of(address, ranges);
  bool is_unicast = (address[0] & kGlobalUnicastMask) == kGlobalUnicast;
  return name.empty() && !is_unicast ? "reserved" : name;
}

}  // namespace

std::string_view refused_range(const sockaddr& address) {
  std::array<std::uint8_t, 16> bytes{};
  if (address.sa_family == AF_INET) {
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in&>(address).sin_addr, 4);
    return range_of_v4(std::span<const std::uint8_t, 4>(bytes.data(), 4));
  }
  if (address.sa_family == AF_INET6) {
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, 16);
    return range_of_v6(bytes);
  }
  return "not of the Internet";
}

bool literal_target_refused(std::string_view url) {
  auto target = target_of(url);
  if (!target) return true;
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (inet_pton(AF_INET, target->host.c_str(), &v4.sin_addr) == 1) {
    return !refused_range(reinterpret_cast<const sockaddr&>(v4)).empty();
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  if (inet_pton(AF_INET6, target->host.c_str(), &v6.sin6_addr) == 1) {
    return !refused_range(reinterpret_cast<const sockaddr&>(v6)).empty();
  }
  return false;
}

}  // namespace jobledger::daemon::webhooks
