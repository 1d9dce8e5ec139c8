#include "daemon/config/settings.h"

#include <algorithm>

namespace jobledger::daemon::config {

std::optional<std::vector<ledger::VerifierKey>> verifier_keys_in(std::string_view list) {
  std::vector<ledger::VerifierKey> keys;
  while (!list.empty()) {
    std::size_t end = std::min(list.find(','), list.size());
    auto key = ledger::VerifierKey::parse(list.substr(0, end));
    if (!key) return std::nullopt;
    keys.push_back(std::move(*key));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return keys;
}

std::string misfits_in(const Settings& settings) {
  const TlsSettings& tls = settings.tls;
  std::string lines;
  auto complain = [&](const std::string& line) { lines += (lines.empty() ? "" : "\n") + line; };
  if (tls.certificate.empty() != tls.key.empty()) {
    complain("tls.certificate and tls.key go together: set the one that is missing");
  }
  if (!tls.client_ca.empty() && tls.certificate.empty()) {
    complain(
        "tls.client_ca asks clients for a certificate, which takes TLS: set tls.certificate "
        "and tls.key");
  }
  if (tls.certificate.empty() && !tls.allow_plain && !is_loopback(settings.listen)) {
    complain("listen is " + to_text(settings.listen) +
             ", which others can reach, and tokens would pass in the clear: set tls.certificate "
             "and tls.key; or listen on 127.0.0.1; or, behind a proxy that encrypts, set "
             "tls.allow_plain = true");
  }
  return lines;
}

ledger::Rules rules_of(const Settings& settings) {
  ledger::Rules rules;
  rules.on_child_error = settings.cascade.on_child_error;
  rules.max_jobs_per_entry = settings.limits.jobs_per_entry;
  rules.progress_step = settings.progress.step_percent;
  rules.lease_seconds = settings.lease.default_seconds;
  rules.max_attempts = static_cast<std::uint16_t>(settings.lease.max_attempts);
  rules.idempotency_ttl_ms = std::int64_t{1000} * settings.idempotency.ttl_seconds;
  rules.output_url_template = settings.output_url_template;
  return rules;
}

http::Limits http_limits_of(const Settings& settings) {
  http::Limits limits;
  limits.max_body_bytes = settings.limits.max_body_bytes;
  limits.max_header_bytes = settings.limits.max_header_bytes;
  limits.max_connections = settings.limits.max_connections;
  limits.memory_in_flight = settings.limits.memory_in_flight;
  limits.header_timeout = std::chrono::seconds(settings.limits.header_timeout_seconds);
  limits.body_timeout = std::chrono::seconds(settings.limits.body_timeout_seconds);
  limits.idle_timeout = std::chrono::seconds(settings.limits.idle_timeout_seconds);
  return limits;
}

}  // namespace jobledger::daemon::config
