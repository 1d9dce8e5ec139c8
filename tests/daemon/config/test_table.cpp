#include <catch2/catch.hpp>
#include <set>

#include "daemon/config/table.h"

using namespace jobledger::daemon::config;

TEST_CASE("settings: names, flags and variables are each unique") {
  std::set<std::string> names;
  for (const Setting& setting : all_settings()) {
    CAPTURE(setting.name);
    CHECK(names.insert(setting.name).second);
    CHECK(names.insert(flag_name(setting)).second);
    CHECK(names.insert(variable_name(setting)).second);
    CHECK(find_setting(setting.name) == &setting);
    CHECK_FALSE(setting.help.empty());
    CHECK_FALSE(setting.allowed.empty());
  }
}

TEST_CASE("settings: a group stands together in the table") {
  std::set<std::string_view> seen;
  std::string_view current;
  for (const Setting& setting : all_settings()) {
    if (group_of(setting) == current) continue;
    current = group_of(setting);
    CAPTURE(setting.name);
    CHECK(seen.insert(current).second);
  }
}

TEST_CASE("settings: every default is allowed, and taking it changes nothing") {
  for (const Setting& setting : all_settings()) {
    CAPTURE(setting.name);
    Settings settings;
    CHECK(setting.set(settings, setting.get(Settings{})));
    CHECK(settings == Settings{});
  }
}

TEST_CASE("settings: the name gives the flag and the variable") {
  const Setting* setting = find_setting("limits.max_body_bytes");
  REQUIRE(setting);
  CHECK(flag_name(*setting) == "--limits-max-body-bytes");
  CHECK(variable_name(*setting) == "JOBLEDGER_LIMITS_MAX_BODY_BYTES");
  CHECK(group_of(*setting) == "limits");
  CHECK(group_of(*find_setting("listen")).empty());
  CHECK(find_setting("limits") == nullptr);
}

TEST_CASE("settings: allowed values are kept exactly") {
  auto [name, value] = GENERATE(table<std::string, std::string>({
      {"data_dir", "/var/lib/a b"},
      {"listen", "[::1]:0"},
      {"public_url", ""},
      {"public_url", "https://ledger.example/base"},
      {"output_url_template", ""},
      {"output_url_template", "s3://bucket/{id}.mp4"},
      {"limits.page_size", "1"},
      {"limits.page_size", "1000"},
      {"limits.requests_per_second", "0"},
      {"limits.anonymous_per_second", "0"},
      {"limits.memory_in_flight", "4294967295"},
      {"limits.min_version_wait_seconds", "0"},
      {"limits.queue_wait_ms", "3600000"},
      {"cascade.on_child_error", "fail_parent_only"},
      {"progress.step_percent", "100"},
      {"lease.default_seconds", "86400"},
      {"feed.heartbeat_seconds", "60"},
      {"feed.max_followers", "1000000"},
      {"tls.certificate", "/etc/job ledger/tls.pem"},
      {"tls.client_ca", ""},
      {"tls.allow_plain", "true"},
      {"webhooks.allow_private", "true"},
      {"webhooks.enabled", "false"},
      {"webhooks.in_flight", "8"},
      {"log.level", "error"},
      {"log.format", "json"},
      {"log.requests", "true"},
      {"log.slow_ms", "0"},
      {"log.slow_ms", "3600000"},
  }));
  CAPTURE(name, value);
  Settings settings;
  CHECK(find_setting(name)->set(settings, value));
  CHECK(find_setting(name)->get(settings) == value);
}

TEST_CASE("settings: a value that is not allowed changes nothing") {
  auto [name, value] = GENERATE(table<std::string, std::string>({
      {"data_dir", "a\nb"},
      {"listen", "8080"},
      {"public_url", "ledger.example"},
      {"public_url", "http://"},
      {"public_url", "http://a/"},
      {"public_url", "http:///a"},
      {"public_url", "http://a?b"},
      {"output_url_template", "https://a/"},
      {"output_url_template", "{id}\n"},
      {"limits.memory_in_flight", "1048575"},
      {"limits.memory_in_flight", "4294967296"},
      {"limits.page_size", "0"},
      {"limits.page_size", "1001"},
      {"limits.page_size", ""},
      {"limits.page_size", "10 "},
      {"limits.page_size", " 10"},
      {"limits.page_size", "+10"},
      {"limits.page_size", "-10"},
      {"limits.page_size", "1e2"},
      {"limits.page_size", "0x10"},
      {"limits.page_size", "4294967297"},
      {"limits.page_size", "99999999999999999999999"},
      {"cascade.on_child_error", "none"},
      {"progress.step_percent", "0"},
      {"progress.step_percent", "101"},
      {"lease.default_seconds", "86401"},
      {"tls.key", "a\nb"},
      {"tls.allow_plain", "yes"},
      {"webhooks.allow_private", "yes"},
      {"webhooks.in_flight", "7"},
      {"webhooks.max_attempts", "0"},
      {"log.level", "INFO"},
      {"log.format", ""},
      {"log.requests", "on"},
      {"log.slow_ms", "3600001"},
  }));
  CAPTURE(name, value);
  Settings settings;
  CHECK_FALSE(find_setting(name)->set(settings, value));
  CHECK(settings == Settings{});
}

TEST_CASE("settings: each is about a member of its own") {
  for (const Setting& setting : all_settings()) {
    CAPTURE(setting.name);
    Settings changed;
    bool took = false;
    for (const char* value :
         {"7", "2000", "2000000", "{id}", "http://a", "1.2.3.4:5", "fail_parent_only", "warn",
          "json", "true", "false",
          "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"}) {
      took = took || (setting.get(Settings{}) != value && setting.set(changed, value));
    }
    REQUIRE(took);
    for (const Setting& other : all_settings()) {
      CAPTURE(other.name);
      CHECK((other.get(changed) != other.get(Settings{})) == (&other == &setting));
    }
  }
}

TEST_CASE("settings: TOML values are quoted where they are texts") {
  Settings settings;
  settings.data_dir = R"(C:\a "b")";
  CHECK(toml_value(*find_setting("data_dir"), settings) == R"("C:\\a \"b\"")");
  CHECK(toml_value(*find_setting("limits.page_size"), settings) == "1000");
  CHECK(toml_value(*find_setting("log.level"), settings) == "\"info\"");
}

TEST_CASE("settings: the rules of decisions are taken from them") {
  using jobledger::ledger::OnChildError;
  using jobledger::ledger::Rules;
  CHECK(rules_of(Settings{}) == Rules{});

  Settings settings;
  settings.cascade.on_child_error = OnChildError::fail_parent_only;
  settings.limits.jobs_per_entry = 1;
  settings.progress.step_percent = 2;
  settings.lease.default_seconds = 3;
  settings.idempotency.ttl_seconds = 31'536'000;
  settings.output_url_template = "{id}";
  CHECK(rules_of(settings) ==
        Rules{OnChildError::fail_parent_only, 1, 2, 3, 31'536'000'000, "{id}"});
}

TEST_CASE("settings: the limits of the HTTP server are taken from them") {
  using namespace std::chrono_literals;
  using jobledger::daemon::http::Limits;
  Settings settings;
  settings.limits.max_body_bytes = 1;
  settings.limits.max_header_bytes = 2;
  settings.limits.max_connections = 3;
  settings.limits.header_timeout_seconds = 4;
  settings.limits.body_timeout_seconds = 5;
  settings.limits.idle_timeout_seconds = 6;
  Limits limits = http_limits_of(settings);
  CHECK(limits.max_body_bytes == 1);
  CHECK(limits.max_header_bytes == 2);
  CHECK(limits.max_connections == 3);
  CHECK(limits.header_timeout == 4s);
  CHECK(limits.body_timeout == 5s);
  CHECK(limits.idle_timeout == 6s);
}
