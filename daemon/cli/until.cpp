#include "daemon/cli/until.h"

#include <charconv>
#include <optional>

#include "ledger/time.h"
#include "projections/replay.h"

namespace jobledger::daemon::cli {
namespace {

std::optional<std::uint64_t> version_of(const std::string& text) {
  std::uint64_t version = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(version) : std::nullopt;
}

}  // namespace

bool is_until(const std::string& text) {
  return version_of(text) || ledger::from_rfc3339(text);
}

ledger::Result<std::uint64_t> version_until(const std::string& text, const ledger::Store& store) {
  if (auto version = version_of(text)) return *version;
  return projections::version_at(store, *ledger::from_rfc3339(text));
}

}  // namespace jobledger::daemon::cli
