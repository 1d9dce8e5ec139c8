#pragma once

#include <optional>
#include <string_view>

#include "daemon/parse/query.h"
#include "ledger/command.h"

namespace jobledger::daemon::parse {

/// `running=stop`, and `If-Match: "<version>"`, the ETag of a plan, if there is one. A version
/// above the head cannot have been a plan's.
Parsed<ledger::CancelOptions> parse_cancel_options(const Parameters& parameters,
                                                   std::optional<std::string_view> if_match,
                                                   std::uint64_t head);

/// `dryRun=true`: only the plan is asked for. Whoever says dryRun must not be misunderstood: an
/// empty value is wrong, and of several one `true` is enough. Without it `asOf` is wrong: nothing
/// can be cancelled in the past.
Parsed<bool> parse_dry_run(const Parameters& parameters);

}  // namespace jobledger::daemon::parse
