#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/http/message.h"
#include "daemon/json/writer.h"
#include "daemon/parse/problem.h"
#include "daemon/render/error_code.h"
#include "ledger/command.h"
#include "ledger/refusal.h"
#include "projections/log_reader.h"
#include "projections/state.h"

namespace jobledger::daemon::render {

/// An error answer: `{error, code, requestId}`.
http::Reply error(int status, ErrorCode code, std::string_view message,
                  std::string_view request_id);
/// A 400 with one of `details` a problem. A single problem is named in the message, too.
http::Reply problems(ErrorCode code, const std::vector<parse::Problem>& problems,
                     std::string_view request_id);

/// The HTTP status of a refusal.
int status_of(ledger::RefusalCode code);
/// The error answer to a refused command; `details` say of each job who gave it its status, when
/// and why, as the log has it.
http::Reply refused(const ledger::Refusal& refusal, std::string_view request_id,
                    projections::LogReader& log);

/// `{code, message, details}`, as entries show it.
void refusal(json::Writer& out, const ledger::Refusal& refusal);

void batch_item_error(json::Writer& out, const ledger::BatchItemError& error);

}  // namespace jobledger::daemon::render
