// dryRun: what a cancel would do, as of the version that the plan is then confirmed with.

#include "daemon/render/plan.h"
#include "daemon/render/refusal.h"
#include "daemon/routes/call.h"

namespace jobledger::daemon::routes {
namespace {

http::Reply plan(Core& core, const Call& call, std::variant<Write, http::Reply> parsed) {
  if (http::Reply* refused = std::get_if<http::Reply>(&parsed)) return std::move(*refused);
  const ledger::Command& command = std::get<Write>(parsed).command;
  ledger::Rules rules = config::rules_of(core.settings);
  ledger::RandomIds ids;  // a cancel makes none
  ledger::DecideContext context{rules, call.actor, core.clock.now(), {}, {}, ids};
  ledger::Decision decision = ledger::decide_plan(core.state.as_of(call.version), command, context);
  if (decision.refusal) {
    projections::LogReader log(core.store);
    return render::refused(*decision.refusal, call.request_id, log);
  }
  http::Reply reply = json(render::plan(decision.events, call.version));
  reply.headers.emplace_back("ETag", '"' + std::to_string(call.version) + '"');
  return reply;
}

}  // namespace

http::Reply plan_cancel_job(Core& core, const Call& call) {
  return plan(core, call, cancel_job(core, call));
}

http::Reply plan_remove_v1_job(Core& core, const Call& call) {
  return plan(core, call, remove_v1_job(core, call));
}

http::Reply plan_cancel_jobs(Core& core, const Call& call) {
  return plan(core, call, cancel_jobs(core, call));
}

http::Reply plan_cancel_batch(Core& core, const Call& call) {
  return plan(core, call, cancel_batch(core, call));
}

}  // namespace jobledger::daemon::routes
