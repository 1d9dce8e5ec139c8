#include "daemon/parse/cancel_options.h"

#include <charconv>

namespace jobledger::daemon::parse {
namespace {

std::optional<std::uint64_t> version_of(std::string_view tag) {
  if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"') return std::nullopt;
  tag = tag.substr(1, tag.size() - 2);
  std::uint64_t version = 0;
  auto [end, error] = std::from_chars(tag.data(), tag.data() + tag.size(), version);
  if (error != std::errc{} || end != tag.data() + tag.size()) return std::nullopt;
  return version;
}

}  // namespace

Parsed<ledger::CancelOptions> parse_cancel_options(const Parameters& parameters,
                                                   std::optional<std::string_view> if_match,
                                                   std::uint64_t head) {
  return parse_query<ledger::CancelOptions>(parameters, [&](const Query& query) {
    ledger::CancelOptions options;
    for (const auto& [name, value] : parameters) {
      if (name != "running") continue;
      options.stop_running = value == "stop";
      if (!options.stop_running) query.wrong("running", "must be stop, or left out");
    }
    if (if_match) {
      options.plan = version_of(*if_match);
      if (!options.plan) {
        query.wrong("If-Match", "must be the ETag of a plan, such as \"1234\" with its quotes");
      } else if (*options.plan > head) {
        query.wrong("If-Match", "is above the head, which is version " + std::to_string(head));
      }
    }
    return options;
  });
}

Parsed<bool> parse_dry_run(const Parameters& parameters) {
  return parse_query<bool>(parameters, [&](const Query& query) {
    bool dry = false;
    for (const auto& [name, value] : parameters) {
      if (name != "dryRun") continue;
      if (value != "true" && value != "false") query.wrong("dryRun", "must be true or false");
      dry = dry || value == "true";
    }
    if (!dry && query.text("asOf")) {
      query.wrong("asOf", "is for a plan: add dryRun=true, or leave it out");
    }
    return dry;
  });
}

}  // namespace jobledger::daemon::parse
