#include "daemon/parse/page_query.h"
#include "daemon/render/entry.h"
#include "daemon/render/page.h"
#include "daemon/render/refusal.h"
#include "daemon/routes/call.h"
#include "daemon/routes/version.h"
#include "projections/status_diff.h"

namespace jobledger::daemon::routes {
namespace {

using projections::StatusDiff;

using VersionOrReply = std::variant<std::uint64_t, http::Reply>;

http::Reply bad(const Call& call, std::string_view name, std::string message) {
  return bad_request(call, {{std::string(name), std::move(message)}});
}

/// The version that the parameter names, or `otherwise` if it is absent.
VersionOrReply read_end(Core& core, const Call& call, std::string_view name,
                        std::optional<std::uint64_t> otherwise) {
  std::string_view text = call.request.parameter(name).value_or("");
  if (text.empty()) {
    if (otherwise) return *otherwise;
    return bad(call, name, "must be given: a version or an RFC 3339 time");
  }
  VersionOrReply named = version_named(core, call, name, text);
  const auto* version = std::get_if<std::uint64_t>(&named);
  if (!version || *version <= call.version) return named;
  if (*version <= core.state.version()) {
    return bad(call, name, "is above version " + std::to_string(call.version) + ", as asOf has it");
  }
  return not_there_yet(call, std::string(name) + " names what is not durable yet");
}

void item(json::Writer& out, projections::LogReader& log, const StatusDiff& diff) {
  out.begin_object();
  render::origin(out, log.head(diff.entries.back()));
  out.field("id", diff.id);
  render::status_or_null(out, "before", diff.before);
  render::status_or_null(out, "after", diff.after);
  out.begin_array("entries");
  for (std::uint64_t entry : diff.entries) out.integer(entry);
  out.end_array();
  out.end_object();
}

}  // namespace

http::Reply get_diff(Core& core, const Call& call) {
  auto query = parse::parse_page_query(call.request.query, core.settings.limits.page_size);
  if (!query.ok()) return bad_request(call, query.problems);
  VersionOrReply from = read_end(core, call, "from", std::nullopt);
  if (auto* refused = std::get_if<http::Reply>(&from)) return std::move(*refused);
  VersionOrReply to = read_end(core, call, "to", call.version);
  if (auto* refused = std::get_if<http::Reply>(&to)) return std::move(*refused);
  projections::DiffRange range{std::get<std::uint64_t>(from), std::get<std::uint64_t>(to),
                               query.value.cursor.value_or(0), std::size_t{query.value.limit} + 1};
  if (range.from > range.to) {
    return bad(call, "from", "must not be after to, which is version " + std::to_string(range.to));
  }
  auto found = projections::status_diff(core.state.graph(), call.reach, range, core.state.locked());
  projections::LogReader log(core.store);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("from", range.from);
  out.field("to", range.to);
  render::page(
      out, body, log, found, query.value.limit,
      [&](const StatusDiff& diff) { item(out, log, diff); },
      [](const StatusDiff& diff) { return diff.job; });
  out.end_object();
  return json(std::move(body));
}

}  // namespace jobledger::daemon::routes
