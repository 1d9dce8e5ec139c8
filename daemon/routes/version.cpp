#include "daemon/routes/version.h"

#include <algorithm>
#include <charconv>

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

std::variant<VersionWanted, http::Reply> as_of_version(Core& core, const Call& call,
                                                       std::string_view text) {
  auto version = whole(text);
  std::uint64_t head = core.state.version();
  if (!version || *version > head) {
    return bad(call, "asOf", "is above the head, which is version " + std::to_string(head));
  }
  return VersionWanted{*version, *version};
}

std::variant<VersionWanted, http::Reply> as_of_time(Core& core, const Call& call,
                                                    std::string_view text) {
  auto time = ledger::from_rfc3339(text);
  if (!time) {
    return bad(call, "asOf",
               "must be a version or an RFC 3339 time, such as 2026-01-31T23:59:59Z (a + is "
               "written %2B in a query)");
  }
  if (*time >= core.clock.now()) return bad(call, "asOf", "must lie in the past");
  // Entries decided but not yet durable count too: they have their time already, and any entry
  // still to be decided gets a later one.
  std::uint64_t version =
      core.state.read([&] { return core.state.times().first_at_or_after(*time + 1); });
  return VersionWanted{version, version};
}

}  // namespace

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
  auto then =
      is_digits(*as_of) ? as_of_version(core, call, *as_of) : as_of_time(core, call, *as_of);
  if (auto* exact = std::get_if<VersionWanted>(&then)) {
    exact->least = std::max(exact->least, wanted.least);
  }
  return then;
}

}  // namespace jobledger::daemon::routes
