#include "daemon/routes/rates.h"

#include <arpa/inet.h>

#include "daemon/render/refusal.h"

namespace jobledger::daemon::routes {
namespace {

http::Reply too_many(const RateLimit& limit, std::string_view policy, std::uint32_t seconds,
                     std::string_view message, const std::string& request_id) {
  http::Reply refused = render::error(429, "rate_limited", message, request_id);
  std::string name = '"' + std::string(policy) + '"';
  std::string wait = std::to_string(seconds);
  refused.headers.emplace_back("Retry-After", wait);
  refused.headers.emplace_back("RateLimit-Policy",
                               name + ";q=" + std::to_string(limit.burst()) +
                                   ";w=" + std::to_string(limit.window_seconds()));
  refused.headers.emplace_back("RateLimit", name + ";r=0;t=" + wait);
  return refused;
}

/// One client has as many IPv6 addresses as it likes, but one network of them.
std::string network_of(const std::string& peer) {
  in6_addr address{};
  if (inet_pton(AF_INET6, peer.c_str(), &address) != 1) return peer;
  return std::string(reinterpret_cast<const char*>(&address), 8);
}

}  // namespace

Rates::Rates(const config::LimitSettings& limits)
    : of_team_(limits.requests_per_second, limits.burst),
      of_address_(limits.anonymous_per_second, 2 * limits.anonymous_per_second) {}

std::optional<http::Reply> Rates::refuse_team(const std::string& team,
                                              const std::string& request_id) {
  auto seconds = of_team_.refuse(team);
  if (!seconds) return std::nullopt;
  return too_many(of_team_, "team", *seconds, "too many requests of this team; slow down",
                  request_id);
}

std::optional<http::Reply> Rates::refuse_address(const std::string& peer,
                                                 const std::string& request_id) {
  auto seconds = of_address_.refuse(network_of(peer));
  if (!seconds) return std::nullopt;
  return too_many(of_address_, "address", *seconds,
                  "too many requests without a valid token from this address; slow down",
                  request_id);
}

}  // namespace jobledger::daemon::routes
