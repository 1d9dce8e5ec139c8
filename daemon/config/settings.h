#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/listen.h"
#include "daemon/http/limits.h"
#include "daemon/logging.h"
#include "ledger/rules.h"
#include "ledger/signed_note.h"

namespace jobledger::daemon::config {

// What each setting means, and its range, stands in table.cpp; the defaults stand here.

struct LimitSettings {
  std::uint32_t max_body_bytes = 16 * 1024 * 1024;
  std::uint32_t max_header_bytes = 32 * 1024;
  std::uint32_t header_timeout_seconds = 10;
  std::uint32_t body_timeout_seconds = 60;
  std::uint32_t idle_timeout_seconds = 60;
  std::uint32_t max_connections = 10'000;
  std::uint32_t memory_in_flight = 256 * 1024 * 1024;
  std::uint32_t queue_length = 4096;
  std::uint32_t queue_wait_ms = 5'000;
  std::uint32_t page_size = 1000;
  std::uint32_t v1_jobs = 1000;
  std::uint32_t tree_depth = 16;
  std::uint32_t tree_jobs = 10'000;
  std::uint32_t jobs_per_entry = 100'000;
  std::uint32_t requests_per_second = 20'000;
  std::uint32_t burst = 40'000;
  std::uint32_t anonymous_per_second = 1'000;
  std::uint32_t min_version_wait_seconds = 10;

  bool operator==(const LimitSettings&) const = default;
};

struct CascadeSettings {
  ledger::OnChildError on_child_error = ledger::OnChildError::cancel_siblings;

  bool operator==(const CascadeSettings&) const = default;
};

struct ProgressSettings {
  std::uint32_t step_percent = 5;

  bool operator==(const ProgressSettings&) const = default;
};

struct LeaseSettings {
  std::uint32_t default_seconds = 300;
  std::uint32_t max_attempts = 0;
  std::uint32_t v1_seconds = 0;

  bool operator==(const LeaseSettings&) const = default;
};

struct IdempotencySettings {
  std::uint32_t ttl_seconds = 24 * 60 * 60;

  bool operator==(const IdempotencySettings&) const = default;
};

struct ThreadSettings {
  std::uint32_t io = 2;

  bool operator==(const ThreadSettings&) const = default;
};

struct SnapshotSettings {
  std::uint32_t interval_seconds = 20;
  std::uint32_t entries = 100'000;

  bool operator==(const SnapshotSettings&) const = default;
};

struct FeedSettings {
  std::uint32_t heartbeat_seconds = 15;
  std::uint32_t max_followers = 1000;

  bool operator==(const FeedSettings&) const = default;
};

struct InvariantSettings {
  std::uint32_t interval_seconds = 60;

  bool operator==(const InvariantSettings&) const = default;
};

struct WebhookSettings {
  bool enabled = true;
  bool allow_private = false;
  std::uint32_t timeout_seconds = 15;
  std::uint32_t max_attempts = 10;
  std::uint32_t first_retry_seconds = 5;
  std::uint32_t max_retry_seconds = 24 * 60 * 60;
  std::uint32_t keep_days = 30;
  std::uint32_t in_flight = 256;

  bool operator==(const WebhookSettings&) const = default;
};

struct LogSettings {
  log::Level level = log::Level::info;
  log::Format format = log::Format::text;
  bool requests = false;
  std::uint32_t slow_ms = 1'000;

  bool operator==(const LogSettings&) const = default;
};

struct TlogSettings {
  std::string origin;
  bool open = false;
  std::string anchor;
  std::string witnesses;

  bool operator==(const TlogSettings&) const = default;
};

struct TlsSettings {
  std::string certificate;  ///< empty: connections are not encrypted
  std::string key;
  std::string client_ca;
  bool allow_plain = false;

  bool operator==(const TlsSettings&) const = default;
};

struct SecretSettings {
  std::string members;

  bool operator==(const SecretSettings&) const = default;
};

/// Every setting of the daemon; the names are those of the file.
struct Settings {
  std::string data_dir;  ///< empty if nobody said
  ListenAddress listen{"127.0.0.1", 8080};
  std::string public_url;           ///< without a slash at its end; empty: where we listen
  std::string output_url_template;  ///< empty, or with `{id}` in it
  LimitSettings limits;
  CascadeSettings cascade;
  ProgressSettings progress;
  LeaseSettings lease;
  IdempotencySettings idempotency;
  ThreadSettings threads;
  SnapshotSettings snapshot;
  FeedSettings feed;
  InvariantSettings invariants;
  TlsSettings tls;
  TlogSettings tlog;
  SecretSettings secrets;
  WebhookSettings webhooks;
  LogSettings log;

  bool operator==(const Settings&) const = default;
};

/// One line for each thing that is wrong with settings that are right by themselves; empty if
/// nothing is.
std::string misfits_in(const Settings& settings);

/// Verifier keys with a comma between them; nullopt if one is none.
std::optional<std::vector<ledger::VerifierKey>> verifier_keys_in(std::string_view list);

/// The part of the settings that decisions depend on.
ledger::Rules rules_of(const Settings& settings);

/// The part that the HTTP server depends on; what is no setting is at its default.
http::Limits http_limits_of(const Settings& settings);

}  // namespace jobledger::daemon::config
