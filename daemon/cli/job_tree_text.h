#pragma once

#include <string>
#include <string_view>

#include "daemon/cli/screen.h"
#include "daemon/json/value.h"

namespace jobledger::daemon::cli {

/// The tree of an answer (`{"root": …}`, with what cascades did), a job a line: its status, how a
/// cascade came to it, or that it was left alone. The line of the job `asked` stands out.
std::string job_tree_text(const json::Value& answer, std::string_view asked, const Screen& screen);

}  // namespace jobledger::daemon::cli
