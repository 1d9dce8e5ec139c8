#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/json/writer.h"
#include "projections/job_reader.h"

namespace jobledger::daemon::render {

/// A job as /api/v1 shows it: what it was created with, and what has become of it.
struct V1Job {
  projections::JobRecord record;
  std::string uid;
  std::vector<std::string> tags;
  std::int32_t priority = 0;
  std::string creator;                  ///< the address it came from
  std::optional<std::string> executor;  ///< the worker of the latest run: its name or address
  std::string timings;                  ///< a JSON object, or empty
  std::string body;                     ///< without its secrets, unless the reader may have them
};

/// The states of the render server: a pending job is `created` there, and a cancelled one ends in
/// `error`, since its clients wait for that or for `finished`.
std::string_view v1_state(const projections::JobRecord& record);

/// The whole job. `state` is instead of its own, if it is not empty.
void v1_job(json::Writer& out, const V1Job& job, std::string_view state = {});
/// What …/status shows of it.
void v1_status(json::Writer& out, const V1Job& job);

}  // namespace jobledger::daemon::render
