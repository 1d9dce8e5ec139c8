#pragma once

#include <string>
#include <string_view>

namespace jobledger::daemon::parse {

/// The value of a header `traceparent` (W3C Trace Context, 3.2) as version 00 has it, in which that
/// of a later version is kept, too: `00-TRACE-PARENT-FLAGS`. Empty if it is malformed, which is to
/// count as absent.
std::string parse_traceparent(std::string_view text);

/// The id of the trace in what `parse_traceparent` gave: 32 hexadecimal digits, or empty.
std::string_view trace_id_of(std::string_view traceparent);

}  // namespace jobledger::daemon::parse
