#pragma once

#include <string_view>

#include "daemon/parse/problem.h"
#include "ledger/command.h"

namespace jobledger::daemon::parse {

/// The body of a subscription: `{"url", "events"?: array}`. The url is one of http or https, of at
/// most kMaxWebhookUrl bytes, without user, password and fragment. Without events: all there are.
Parsed<ledger::CreateWebhook> parse_webhook(std::string_view body);

}  // namespace jobledger::daemon::parse
