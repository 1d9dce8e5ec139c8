#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/parse/problem.h"
#include "ledger/command.h"

namespace jobledger::daemon::parse {

// Bodies of /api/v1: those of the open-source render server, with what its clients depend on.

/// POST /api/v1/jobs: `{uid?, template{src*, composition*}, assets[], actions{prerender[],
/// postrender[]}, tags, priority}`, checked as its package @nexrender/types does it. A `uid` has 1
/// to 64 of `A-Z a-z 0-9 _ -`, and is no word that stands in its place in a path. Unknown
/// properties are fine, and `state` and the like are the ledger's business, whatever they say.
Parsed<ledger::SubmitJob> parse_v1_job(std::string_view body);

/// PUT /api/v1/jobs/{uid}: what a worker says of its run. It sends the whole job each time, of
/// which nothing else is read.
struct V1Update {
  std::string state;               ///< empty: it says nothing of it
  std::optional<double> progress;  ///< `renderProgress`, brought into 0 to 100
  std::string output;
  /// A text, or a list of texts in lines; the text of any other value, unless it says nothing.
  /// Longer than kMaxError, its end is cut off, and says so.
  std::string error;
  /// Those of `timings` that are whole numbers, as a JSON object without white space; empty if
  /// there are none, or more than kMaxTimings bytes of them.
  std::string timings;
};
inline constexpr std::size_t kMaxTimings = 4096;

Parsed<V1Update> parse_v1_update(std::string_view body);

}  // namespace jobledger::daemon::parse
