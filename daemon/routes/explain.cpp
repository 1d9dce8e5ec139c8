#include "daemon/render/explanation.h"
#include "daemon/routes/call.h"
#include "daemon/routes/reach.h"

namespace jobledger::daemon::routes {

http::Reply explain_job(Core& core, const Call& call) {
  if (!ledger::Ulid::well_formed(call.path[0])) return bad_id(call);
  auto job = find_job(core, call, call.path[0]);
  if (!job) return not_found(call, "job_not_found", kNoJobMessage);
  projections::LogReader log(core.store);
  auto explanation = projections::explain(core.state, log, *job, call.version);
  return json(render::explanation(core.state, log, explanation, call.version));
}

}  // namespace jobledger::daemon::routes
