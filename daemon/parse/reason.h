#pragma once

#include <string>
#include <string_view>

#include "daemon/parse/fields.h"

namespace jobledger::daemon::parse {

/// Characters (code points) of a reason.
inline constexpr std::size_t kMaxReason = 1024;

/// The property `reason`, empty if there is none.
std::string read_reason(const Fields& fields);

/// The body of a cancel call that names its job or batch in the path: none, or an object with
/// perhaps a `reason`. Gives the reason.
Parsed<std::string> parse_reason(std::string_view body);

}  // namespace jobledger::daemon::parse
