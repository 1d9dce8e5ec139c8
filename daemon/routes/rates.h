#pragma once

#include <optional>
#include <string>

#include "daemon/config/settings.h"
#include "daemon/http/message.h"
#include "daemon/rate_limit.h"

namespace jobledger::daemon::routes {

/// How many requests a team may make, with all its tokens, and how many an address may without any.
class Rates {
 public:
  explicit Rates(const config::LimitSettings& limits);

  /// Each takes one request; else the 429 that refuses it, with RateLimit-Policy and RateLimit
  /// (draft-ietf-httpapi-ratelimit-headers) and Retry-After.
  std::optional<http::Reply> refuse_team(const std::string& team, const std::string& request_id);
  std::optional<http::Reply> refuse_address(const std::string& peer, const std::string& request_id);

 private:
  RateLimit of_team_;
  RateLimit of_address_;
};

}  // namespace jobledger::daemon::routes
