#pragma once

#include "daemon/http/message.h"
#include "ledger/result.h"

namespace jobledger::daemon::http {

/// Fills path and query of the request from its target (RFC 9112, 3.2: origin, absolute, or `*`
/// for OPTIONS). Both are percent-decoded; `+` is a space in the query only, and a parameter
/// without `=` is empty. A Failure, in words for the client, on another form or a bad escape.
ledger::Status read_target(Request& request);

}  // namespace jobledger::daemon::http
