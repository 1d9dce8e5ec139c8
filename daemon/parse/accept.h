#pragma once

#include <string_view>

namespace jobledger::daemon::parse {

/// Whether an `Accept` header (RFC 9110, 12.5.1) asks for `type`, which is not the usual one: it
/// must name it, not only let it through by a wildcard, and want it no less than `usual`.
bool asks_for(std::string_view accept, std::string_view type, std::string_view usual);

}  // namespace jobledger::daemon::parse
