#include "daemon/routes/version.h"

#include <algorithm>
#include <charconv>

#include "daemon/render/refusal.h"

namespace jobledger::daemon::routes {
namespace {

std::optional<std::uint64_t> whole(std::string_view text) {
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

http::Reply bad(const Call& call, std::string_view field, std::string message) {
  return bad_request(call, {{std::string(field), std::move(message)}});
}

std::variant<std::uint64_t, http::Reply> version_of_digits(Core& core, const Call& call,
                                                           std::string_view name,
                                                           std::string_view text) {
  auto version = whole(text);
  std::uint64_t head = core.state.version();
  if (!version || *version > head) {
    return bad(call, name, "is above the head, which is version " + std::to_string(head));
  }
  return *version;
}

std::variant<std::uint64_t, http::Reply> version_of_time(Core& core, const Call& call,
                                                         std::string_view name,
                                                         std::string_view text) {
  auto time = ledger::from_rfc3339(text);
  if (!time) {
    return bad(call, name,
               "must be a version or an RFC 3339 time, such as 2026-01-31T23:59:59Z (a + is "
               "written %2B in a query)");
  }
  if (*time >= core.clock.now()) return bad(call, name, "must lie in the past");
  if (!core.writer.is_settled(*time)) {
    return not_there_yet(call, std::string(name) + " names a time at which a command is in work");
  }
  // Entries decided but not yet durable count too: they have their time already.
  auto [version, first] = core.state.read([&] {
    const projections::EntryTimes& times = core.state.times();
    return std::pair(times.first_at_or_after(*time + 1),
                     times.size() > 0 ? std::optional(times.at(0)) : std::nullopt);
  });
  if (version > 0) return version;
  std::string begin = first ? ", at " + ledger::to_rfc3339(*first) : "";
  return bad(call, name, "lies before the first entry of the ledger" + begin);
}

}  // namespace

http::Reply not_there_yet(const Call& call, const std::string& what) {
  http::Reply early =
      render::error(503, "version_not_reached", what + "; repeat the request", call.request_id);
  early.headers.emplace_back("Retry-After", "1");
  return early;
}

std::variant<std::uint64_t, http::Reply> version_named(Core& core, const Call& call,
                                                       std::string_view name,
                                                       std::string_view text) {
  return is_digits(text) ? version_of_digits(core, call, name, text)
                         : version_of_time(core, call, name, text);
}

std::variant<VersionWanted, http::Reply> version_wanted(Core& core, const Call& call) {
  VersionWanted wanted;
  auto least = call.request.parameter("minVersion");
  if (least && !least->empty()) {
    auto version = whole(*least);
    if (!version) return bad(call, "minVersion", "must be a whole number from 0");
    wanted.least = *version;
  }
  auto as_of = call.request.parameter("asOf");
  if (!as_of || as_of->empty()) return wanted;
  auto then = version_named(core, call, "asOf", *as_of);
  if (http::Reply* refused = std::get_if<http::Reply>(&then)) return std::move(*refused);
  wanted.exactly = std::get<std::uint64_t>(then);
  wanted.least = std::max(wanted.least, *wanted.exactly);
  return wanted;
}

ledger::TimeMs time_spoken_of(const Core& core, const Call& call) {
  std::string_view as_of = call.request.parameter("asOf").value_or("");
  if (as_of.empty()) return core.clock.now();
  if (!is_digits(as_of)) return ledger::from_rfc3339(as_of).value_or(0);
  if (call.version == 0) return 0;
  return core.state.read([&] { return core.state.times().at(call.version - 1); });
}

}  // namespace jobledger::daemon::routes
