#include "daemon/config/table.h"

#include <algorithm>
#include <utility>

#include "daemon/config/setting_kinds.h"
#include "ledger/signed_note.h"

namespace jobledger::daemon::config {
namespace {

Setting listen_setting() {
  auto set = [](Settings& settings, std::string_view value) {
    auto address = parse_listen(value);
    if (address) settings.listen = *address;
    return address.has_value();
  };
  auto get = [](const Settings& settings) { return to_text(settings.listen); };
  return {"listen",
          Setting::Kind::text,
          "HOST:PORT such as 127.0.0.1:8080 or [::1]:8080, the port from 0 to 65535",
          "where to accept connections; port 0 picks a free one",
          set,
          get};
}

bool has_control(std::string_view value) {
  return std::any_of(value.begin(), value.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool is_path(std::string_view value) {
  return !has_control(value);
}

bool is_public_url(std::string_view value) {
  if (value.empty()) return true;
  for (std::string_view scheme : {"http://", "https://"}) {
    if (!value.starts_with(scheme)) continue;
    std::string_view rest = value.substr(scheme.size());
    return !rest.empty() && rest.front() != '/' && rest.back() != '/' &&
           rest.find_first_of(" ?#") == std::string_view::npos && !has_control(value);
  }
  return false;
}

bool is_origin(std::string_view value) {
  return value.empty() || (ledger::is_key_name(value) && value.back() != '/');
}

bool is_list_of_verifier_keys(std::string_view value) {
  return value.empty() || verifier_keys_in(value).has_value();
}

bool is_list_of_names(std::string_view value) {
  return value.empty() || (!has_control(value) && value.front() != ',' && value.back() != ',' &&
                           value.find(",,") == std::string_view::npos);
}

bool is_output_url_template(std::string_view value) {
  return value.empty() || (value.find("{id}") != std::string_view::npos && !has_control(value));
}

// What a row is about, for settings that may change and for those that may not.
#define JL_MEMBER(path)         \
  [](auto& settings) -> auto& { \
    return settings.path;       \
  }

std::vector<Setting> ungrouped() {
  return {
      text("data_dir", JL_MEMBER(data_dir), is_path,
           "the path of a directory, without control characters",
           "where the ledger is kept; it has to be named"),
      listen_setting(),
      text("public_url", JL_MEMBER(public_url), is_public_url,
           "empty, or a URL that begins with http:// or https:// and has no slash at its end, no "
           "query and no fragment",
           "how clients reach the daemon, for the URLs in answers; empty: where it listens"),
      text(
          "output_url_template", JL_MEMBER(output_url_template), is_output_url_template,
          "empty, or a text with {id} in it, without control characters",
          "the outputUrl of a new job that names none, {id} being its id; empty: the daemon's own"),
  };
}

std::vector<Setting> limits_on_requests() {
  return {
      integer("limits.max_body_bytes", JL_MEMBER(limits.max_body_bytes), 1024, 1U << 30,
              "the largest body of a request; beyond it 413"),
      integer("limits.max_header_bytes", JL_MEMBER(limits.max_header_bytes), 1024, 1U << 20,
              "the largest head of a request; beyond it 431"),
      integer("limits.header_timeout_seconds", JL_MEMBER(limits.header_timeout_seconds), 1, 3600,
              "how long the head of a request may take to arrive; beyond it 408"),
      integer("limits.body_timeout_seconds", JL_MEMBER(limits.body_timeout_seconds), 1, 86'400,
              "how long the body of a request may take to arrive; beyond it 408"),
      integer("limits.idle_timeout_seconds", JL_MEMBER(limits.idle_timeout_seconds), 1, 86'400,
              "how long a connection without a request is kept"),
      integer("limits.max_connections", JL_MEMBER(limits.max_connections), 1, 1'000'000,
              "connections at the same time"),
      integer("limits.memory_in_flight", JL_MEMBER(limits.memory_in_flight), 1U << 20, ~0U,
              "bytes of large requests not yet answered and of answers not yet read, of all "
              "connections; beyond it the slowest clients are cut off, and further ones get 503"),
      integer("limits.requests_per_second", JL_MEMBER(limits.requests_per_second), 0, 10'000'000,
              "requests a second and team, with all its tokens, beyond which 429; 0: no limit"),
      integer("limits.burst", JL_MEMBER(limits.burst), 1, 10'000'000,
              "requests that a team may make at once after it was quiet"),
      integer("limits.anonymous_per_second", JL_MEMBER(limits.anonymous_per_second), 0, 10'000'000,
              "requests a second and address without a valid token, /healthz and /readyz aside, "
              "beyond which 429; 0: no limit"),
  };
}

std::vector<Setting> limits_on_work() {
  return {
      integer("limits.queue_length", JL_MEMBER(limits.queue_length), 1, 1'000'000,
              "commands that may be in work at the same time; beyond it 503"),
      integer(
          "limits.queue_wait_ms", JL_MEMBER(limits.queue_wait_ms), 1, 3'600'000,
          "milliseconds that the oldest command in work may have waited; beyond it further ones "
          "get 503 until it has its answer"),
      integer("limits.page_size", JL_MEMBER(limits.page_size), 1, 1000,
              "the largest limit of a list"),
      integer("limits.v1_jobs", JL_MEMBER(limits.v1_jobs), 1, 10'000,
              "jobs that GET /api/v1/jobs lists: those that are not over, and the latest others"),
      integer("limits.tree_depth", JL_MEMBER(limits.tree_depth), 1, 64,
              "how deep jobs may nest; beyond it 400"),
      integer("limits.tree_jobs", JL_MEMBER(limits.tree_jobs), 1, 1'000'000,
              "jobs in one created tree; beyond it 400"),
      integer("limits.jobs_per_entry", JL_MEMBER(limits.jobs_per_entry), 1, 1'000'000,
              "jobs that one command may create or cancel, relatives included"),
      integer("limits.min_version_wait_seconds", JL_MEMBER(limits.min_version_wait_seconds), 0, 300,
              "how long a read waits for its minVersion; beyond it 503"),
  };
}

std::vector<Setting> of_webhooks() {
  return {
      boolean("webhooks.enabled", JL_MEMBER(webhooks.enabled),
              "whether webhooks are sent; what happens while they are not is sent later"),
      boolean("webhooks.allow_private", JL_MEMBER(webhooks.allow_private),
              "whether they may be sent to addresses of this machine and of private networks, too"),
      integer("webhooks.timeout_seconds", JL_MEMBER(webhooks.timeout_seconds), 1, 300,
              "how long a receiver may take to answer one"),
      integer("webhooks.max_attempts", JL_MEMBER(webhooks.max_attempts), 1, 100,
              "how often one is sent until it counts as failed"),
      integer("webhooks.first_retry_seconds", JL_MEMBER(webhooks.first_retry_seconds), 1, 86'400,
              "about how long after the first attempt the second is made; each further pause is "
              "about four times as long"),
      integer("webhooks.max_retry_seconds", JL_MEMBER(webhooks.max_retry_seconds), 1, 2'592'000,
              "the longest pause between two attempts"),
      integer("webhooks.keep_days", JL_MEMBER(webhooks.keep_days), 1, 36'500,
              "how long those that were delivered, or have failed, are listed"),
      integer("webhooks.in_flight", JL_MEMBER(webhooks.in_flight), 8, 4096,
              "how many are sent at the same time"),
  };
}

std::vector<Setting> grouped() {
  using ledger::OnChildError;
  return {
      choice("cascade.on_child_error", JL_MEMBER(cascade.on_child_error),
             Words<OnChildError>{{"cancel_siblings", OnChildError::cancel_siblings},
                                 {"fail_parent_only", OnChildError::fail_parent_only}},
             "what a child's error does beside making its parent fail"),
      integer("progress.step_percent", JL_MEMBER(progress.step_percent), 1, 100,
              "progress is recorded in steps of this size"),
      integer("lease.default_seconds", JL_MEMBER(lease.default_seconds), 1, 86'400,
              "the lease of a claim that names none"),
      integer("lease.max_attempts", JL_MEMBER(lease.max_attempts), 0, 65'535,
              "leases of a job that may end without a report before it ends in error; 0: no limit"),
      integer("lease.v1_seconds", JL_MEMBER(lease.v1_seconds), 0, 86'400,
              "the lease of a claim by a worker of /api/v1, which gives no sign of life; 0: it has "
              "no end"),
      integer("idempotency.ttl_seconds", JL_MEMBER(idempotency.ttl_seconds), 1, 31'536'000,
              "how long an Idempotency-Key is kept"),
      integer("threads.io", JL_MEMBER(threads.io), 1, 256, "threads that serve connections"),
      integer("snapshot.interval_seconds", JL_MEMBER(snapshot.interval_seconds), 1, 86'400,
              "the shortest time between two snapshots of the projections"),
      integer("snapshot.entries", JL_MEMBER(snapshot.entries), 1, 1'000'000'000,
              "new entries that make a snapshot worth taking"),
      integer("feed.heartbeat_seconds", JL_MEMBER(feed.heartbeat_seconds), 1, 60,
              "how often a feed says how far it has come, and asks whether its token still holds"),
      integer("feed.max_followers", JL_MEMBER(feed.max_followers), 1, 1'000'000,
              "feeds at the same time; beyond it 503"),
      integer("invariants.interval_seconds", JL_MEMBER(invariants.interval_seconds), 1, 86'400,
              "the time between two looks for what should never be; see /metrics"),
      text("tls.certificate", JL_MEMBER(tls.certificate), is_path,
           "the path of a file, without control characters",
           "the certificate shown to clients and those up to its CA, as PEM; with it all "
           "connections are encrypted; SIGHUP reads it again"),
      text("tls.key", JL_MEMBER(tls.key), is_path, "the path of a file, without control characters",
           "the private key of the certificate, as PEM without a passphrase"),
      text("tls.client_ca", JL_MEMBER(tls.client_ca), is_path,
           "the path of a file, without control characters",
           "CAs as PEM: clients must show a certificate of one of them; empty: they need none"),
      boolean("tls.allow_plain", JL_MEMBER(tls.allow_plain),
              "whether to listen without a certificate where others than this machine can connect"),
      text("tlog.origin", JL_MEMBER(tlog.origin), is_origin,
           "a name such as ledger.example.com, without spaces and +",
           "begins the name under which checkpoints are signed, before /LEDGER-ID; settled by the "
           "first start"),
      boolean("tlog.public", JL_MEMBER(tlog.open),
              "whether checkpoints, tiles and proofs are given without a token"),
      text("tlog.anchor", JL_MEMBER(tlog.anchor), is_path,
           "the path of a file, without control characters",
           "where to put the last checkpoint beside the data directory, best on another disk; a "
           "start refuses a log that does not go with it"),
      text("tlog.witnesses", JL_MEMBER(tlog.witnesses), is_list_of_verifier_keys,
           "verifier keys with a comma between them",
           "who may add cosignatures to checkpoints; empty: anybody, and none is verified"),
      text("secrets.members", JL_MEMBER(secrets.members), is_list_of_names,
           "names with a comma between them, such as password,apiKey",
           "members of job bodies, wherever they stand, whose values an export leaves out beside "
           "upload.params and webhook.headers"),
      choice("log.level", JL_MEMBER(log.level),
             Words<log::Level>{{"debug", log::Level::debug},
                               {"info", log::Level::info},
                               {"warn", log::Level::warn},
                               {"error", log::Level::error}},
             "the least important lines that are written"),
      choice("log.format", JL_MEMBER(log.format),
             Words<log::Format>{{"text", log::Format::text}, {"json", log::Format::json}},
             "how log lines look on stderr"),
      boolean("log.requests", JL_MEMBER(log.requests), "whether each request leaves a line"),
      integer("log.slow_ms", JL_MEMBER(log.slow_ms), 0, 3'600'000,
              "milliseconds after which a request leaves a line in any case, unless it asked to "
              "wait; 0: never"),
  };
}

#undef JL_MEMBER

std::vector<Setting> make_table() {
  std::vector<Setting> table;
  for (auto part : {ungrouped, limits_on_requests, limits_on_work, of_webhooks, grouped}) {
    for (Setting& row : part()) table.push_back(std::move(row));
  }
  return table;
}

std::string with_separator(std::string_view name, char separator) {
  std::string result(name);
  std::replace_if(
      result.begin(), result.end(), [](char c) { return c == '.' || c == '_'; }, separator);
  return result;
}

}  // namespace

const std::vector<Setting>& all_settings() {
  static const std::vector<Setting> table = make_table();
  return table;
}

const Setting* find_setting(std::string_view name) {
  for (const Setting& setting : all_settings()) {
    if (setting.name == name) return &setting;
  }
  return nullptr;
}

std::string_view group_of(const Setting& setting) {
  std::size_t dot = setting.name.find('.');
  return std::string_view(setting.name).substr(0, dot == std::string::npos ? 0 : dot);
}

std::string flag_name(const Setting& setting) {
  return "--" + with_separator(setting.name, '-');
}

std::string variable_name(const Setting& setting) {
  std::string name = "JOBLEDGER_" + with_separator(setting.name, '_');
  for (char& c : name) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return name;
}

std::string toml_value(const Setting& setting, const Settings& settings) {
  std::string value = setting.get(settings);
  if (setting.kind != Setting::Kind::text) return value;
  std::string quoted = "\"";  // no setting may hold a control character, so two escapes are enough
  for (char c : value) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace jobledger::daemon::config
