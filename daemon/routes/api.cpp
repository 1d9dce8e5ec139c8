#include "daemon/routes/api.h"

#include "daemon/logging.h"
#include "daemon/parse/cancel_options.h"
#include "daemon/parse/traceparent.h"
#include "daemon/render/refusal.h"
#include "daemon/routes/door.h"
#include "daemon/routes/find.h"
#include "daemon/routes/version.h"
#include "daemon/version_waiters.h"

namespace jobledger::daemon::routes {

struct Api::Pending {
  explicit Pending(metrics::Requests& requests) : timer(requests) {}

  metrics::Requests::Timer timer;
  Call call;
  const Route* route = nullptr;  ///< null before it is found, or if there is none
  http::Respond respond;
  // Of a command:
  Write write;
  ledger::CommandKind kind = ledger::CommandKind::submit_job;
  std::optional<ledger::Idempotency> idempotency;
  std::shared_ptr<KeysInFlight::Hold> key;
  ClaimWaiters::Handle waiter;

  /// While it lives, lines of the log are of this request.
  log::OfRequest logging() const { return {call.request_id, parse::trace_id_of(call.traceparent)}; }
};

namespace {

/// What asks often, and costs nothing.
bool is_probe(const Route& route) {
  return route.pattern == "/healthz" || route.pattern == "/readyz";
}

void let_go_of_body(http::Request& request) {
  std::string().swap(request.body);
  request.counted.reset();
}

metrics::Requests::Shed shed_of(WriterThread::Intake intake) {
  using Shed = metrics::Requests::Shed;
  if (intake == WriterThread::Intake::disk_full) return Shed::disk_full;
  return intake == WriterThread::Intake::full ? Shed::queue_full : Shed::shutting_down;
}

ClaimWaiters::Answer answer_of(const ledger::Receipt* receipt) {
  if (!receipt || receipt->refusal) return ClaimWaiters::Answer::over;
  return receipt->recorded ? ClaimWaiters::Answer::job : ClaimWaiters::Answer::nothing;
}

}  // namespace

std::vector<metrics::Requests::Route> names_of_routes() {
  std::vector<metrics::Requests::Route> names;
  for (const Route& route : table()) names.push_back({route.method, route.pattern});
  return names;
}

Api::Api(Core& core)
    : core_(core),
      rates_(core.settings.limits),
      requests_(core.requests),
      commands_(core.metrics),
      log_(core.settings.log) {}

http::Reply Api::refuse(int status, std::string_view what) {
  requests_.unreadable(status);
  if (status == 503) requests_.shed(metrics::Requests::Shed::server_limits);
  std::string id = new_request_id();
  log::OfRequest logging(id, {});
  log_.note_refused(status, what);
  http::Reply reply = render::error(status, code_of_unreadable(status), what, id);
  reply.headers.emplace_back("X-Request-Id", id);
  reply.headers.emplace_back("Ledger-Version", std::to_string(core_.state.version()));
  return reply;
}

std::optional<http::Reply> Api::refuse_early(const http::Request& head) {
  std::string id = new_request_id();
  auto actor = admit(head, id);
  auto* refused = std::get_if<http::Reply>(&actor);
  if (!refused) return std::nullopt;
  std::vector<std::string> pieces;
  auto route = find_route(head, pieces);
  const auto* place = std::get_if<std::size_t>(&route);
  requests_.refused(place ? std::optional(*place) : std::nullopt, refused->status);
  log::OfRequest logging(id, {});
  log_.note_refused(refused->status, "its body was not read");
  refused->headers.emplace_back("Ledger-Version", std::to_string(core_.state.version()));
  refused->headers.emplace_back("X-Request-Id", id);
  return std::move(*refused);
}

std::variant<ledger::Actor, http::Reply> Api::admit(const http::Request& request,
                                                    const std::string& request_id) {
  auto actor = authenticate(core_, request, request_id);
  if (std::holds_alternative<ledger::Actor>(actor)) return actor;
  auto refused = refuse_address(request, request_id);
  return refused ? std::move(*refused) : std::move(actor);
}

std::optional<http::Reply> Api::refuse_address(const http::Request& request,
                                               const std::string& request_id) {
  auto refused = rates_.refuse_address(request.peer, request_id);
  if (refused) requests_.shed(metrics::Requests::Shed::address_rate);
  return refused;
}

void Api::handle(http::Request request, http::Respond respond, std::function<bool()> gone) {
  auto pending = std::make_shared<Pending>(requests_);
  pending->respond = std::move(respond);
  pending->call.request = std::move(request);
  pending->call.gone = std::move(gone);
  pending->call.request_id = new_request_id();
  pending->call.traceparent = traceparent(pending->call.request);
  if (auto refused = read_request_id(pending->call.request, pending->call.request_id)) {
    auto logging = pending->logging();
    return reply_now(*pending, std::move(*refused));
  }
  auto logging = pending->logging();
  const Route* route = find(*pending);
  if (!route) return;
  guarded(*pending, [&] { run(pending, *route); });
}

void Api::guarded(Pending& pending, const std::function<void()>& work) {
  try {
    work();
  } catch (const std::exception& error) {
    log::error("a request failed",
               {{"path", pending.call.request.path}, {"error", std::string_view(error.what())}});
    reply_now(pending, render::error(500, "internal_error",
                                     "the ledger could not be read; see the daemon's log",
                                     pending.call.request_id));
  }
}

const Route* Api::find(Pending& pending) {
  Call& call = pending.call;
  auto found = find_route(call.request, call.path);
  if (const auto* place = std::get_if<std::size_t>(&found)) {
    pending.timer.set_route(*place);
    pending.route = &table()[*place];
    return &table()[*place];
  }
  const std::string& allowed = std::get<std::string>(found);
  if (allowed.empty()) {
    reply_now(pending,
              render::error(404, "route_not_found",
                            "no such path; /openapi.json lists those there are", call.request_id));
    return nullptr;
  }
  http::Reply refused =
      render::error(405, "method_not_allowed", "this path takes " + allowed, call.request_id);
  refused.headers.emplace_back("Allow", allowed);
  reply_now(pending, std::move(refused));
  return nullptr;
}

void Api::run(const Shared& pending, const Route& route) {
  Call& call = pending->call;
  bool open = route.open || (route.of_tlog && core_.settings.tlog.open);
  if (!open) {
    auto actor = admit(call.request, call.request_id);
    if (http::Reply* refused = std::get_if<http::Reply>(&actor)) {
      return reply_now(*pending, std::move(*refused));
    }
    call.actor = std::get<ledger::Actor>(std::move(actor));
    if (auto refused = rates_.refuse_team(call.team(), call.request_id)) {
      requests_.shed(metrics::Requests::Shed::team_rate);
      return reply_now(*pending, std::move(*refused));
    }
    call.reach = reach_of(call.actor, call.request);
  } else if (!is_probe(route)) {
    if (auto refused = refuse_address(call.request, call.request_id)) {
      return reply_now(*pending, std::move(*refused));
    }
  }
  if (route.plan) {
    auto dry_run = parse::parse_dry_run(call.request.query);
    if (!dry_run.ok()) return reply_now(*pending, bad_request(call, dry_run.problems));
    if (dry_run.value) return run_query(pending, route.plan);
  }
  if (const auto* command = std::get_if<CommandRoute>(&route.handler)) {
    return run_command(pending, *command);
  }
  if (!open && !may_read(call.actor.scopes, route.scope)) {
    ledger::Refusal refusal{
        ledger::RefusalCode::insufficient_scope, {}, static_cast<std::uint64_t>(route.scope)};
    projections::LogReader log(core_.store);
    return reply_now(*pending, render::refused(refusal, call.request_id, log));
  }
  run_query(pending, std::get<QueryRoute>(route.handler));
}

void Api::run_query(const Shared& pending, QueryRoute query) {
  Call& call = pending->call;
  auto version = version_wanted(core_, call);
  if (http::Reply* refused = std::get_if<http::Reply>(&version)) {
    return reply_now(*pending, std::move(*refused));
  }
  VersionWanted wanted = std::get<VersionWanted>(version);
  auto run_now = [this, pending, query, wanted] {
    pending->call.version = wanted.exactly.value_or(core_.state.version());
    guarded(*pending, [&] { reply(*pending, query(core_, pending->call), pending->call.version); });
  };
  if (wanted.least <= core_.state.version()) return run_now();
  if (call.request.method == "GET") let_go_of_body(call.request);
  core_.versions.wait(
      wanted.least, [this] { return core_.state.version(); },
      [this, pending, run_now, wanted](bool reached) {
        auto logging = pending->logging();
        if (reached) return run_now();
        reply_now(*pending,
                  not_there_yet(pending->call, "the ledger has not come to version " +
                                                   std::to_string(wanted.least) + " yet"));
      });
}

void Api::run_command(const Shared& pending, CommandRoute command) {
  Call& call = pending->call;
  // Before anything is done for it that costs more than to say so.
  if (const auto intake = core_.writer.intake(); intake != WriterThread::Intake::open) {
    return reply_now(*pending, not_taken(call, intake));
  }
  auto key = idempotency(call.request, call.request_id);
  if (http::Reply* refused = std::get_if<http::Reply>(&key)) {
    return reply_now(*pending, std::move(*refused));
  }
  auto parsed = command(core_, call);
  if (http::Reply* refused = std::get_if<http::Reply>(&parsed)) {
    return reply_now(*pending, std::move(*refused));
  }
  pending->write = std::get<Write>(std::move(parsed));
  pending->kind = ledger::kind_of(pending->write.command);
  if (!pending->write.keeps_body) let_go_of_body(call.request);
  pending->idempotency = std::get<std::optional<ledger::Idempotency>>(std::move(key));
  if (pending->idempotency) {
    pending->key = core_.keys_in_flight.take(call.team(), pending->idempotency->key);
    if (!pending->key) {
      return reply_now(*pending,
                       render::error(409, "idempotency_key_in_flight",
                                     "a request with this Idempotency-Key is still in work; "
                                     "repeat it after its answer",
                                     call.request_id));
    }
  }
  if (pending->write.wait_ms > 0) wait_for_job(pending);
  submit(pending);
}

void Api::wait_for_job(const Shared& pending) {
  ClaimWaiters::Claim claim;
  claim.team = pending->call.team();
  claim.tags = std::get<ledger::ClaimJob>(pending->write.command).tags;
  claim.gone = pending->call.gone;
  claim.ask = [this, pending] { ask_again(pending); };
  claim.expire = [this, pending] {
    Outcome nothing = ledger::Receipt{core_.state.version(), false, false, nullptr, {}};
    complete(pending, std::move(nothing));
  };
  pending->waiter =
      core_.claims.add(std::move(claim), std::chrono::milliseconds(pending->write.wait_ms));
}

/// The token may have been revoked, or have expired, while the claim waited.
void Api::ask_again(const Shared& pending) {
  auto logging = pending->logging();
  auto actor = authenticate(core_, pending->call.request, pending->call.request_id);
  if (http::Reply* refused = std::get_if<http::Reply>(&actor)) {
    core_.claims.answered(pending->waiter, ClaimWaiters::Answer::over);
    return reply_now(*pending, std::move(*refused));
  }
  submit(pending);
}

void Api::submit(const Shared& pending) {
  Call& call = pending->call;
  ledger::Submission submission;
  submission.envelope.actor = call.actor;
  submission.envelope.request_id = call.request_id;
  submission.envelope.traceparent = call.traceparent;
  submission.envelope.reason = pending->write.reason;
  submission.envelope.idempotency = pending->idempotency;
  // A claim that waits asks again.
  submission.command = pending->waiter ? pending->write.command : std::move(pending->write.command);
  if (pending->write.keeps_body) submission.body = std::move(call.request.body);
  auto completion = [this, pending](Outcome outcome) {
    commands_.note(pending->kind, outcome);
    const auto* receipt = std::get_if<ledger::Receipt>(&outcome);
    if (pending->waiter) {
      if (!core_.claims.answered(pending->waiter, answer_of(receipt))) return;
    }
    complete(pending, std::move(outcome));
  };
  // One I/O thread may be kept by a sync if there are others that go on.
  auto caller = core_.settings.threads.io > 1 ? WriterThread::Caller::may_be_kept
                                              : WriterThread::Caller::goes_on;
  const auto intake = core_.writer.submit(std::move(submission), std::move(completion), caller);
  if (intake == WriterThread::Intake::open) return;
  if (pending->waiter) core_.claims.answered(pending->waiter, ClaimWaiters::Answer::over);
  reply_now(*pending, not_taken(call, intake));
}

http::Reply Api::not_taken(const Call& call, WriterThread::Intake intake) {
  requests_.shed(shed_of(intake));
  if (intake == WriterThread::Intake::disk_full) return disk_full(call);
  http::Reply refused =
      intake == WriterThread::Intake::full
          ? render::error(503, "queue_full", "too many commands are waiting; repeat the request",
                          call.request_id)
          : render::error(503, "shutting_down",
                          "the daemon is about to stop; repeat the request later", call.request_id);
  refused.headers.emplace_back("Retry-After", "1");
  return refused;
}

void Api::complete(const Shared& pending, Outcome outcome) {
  const Call& call = pending->call;
  auto logging = pending->logging();
  if (const auto* unknown = std::get_if<OutcomeUnknown>(&outcome)) {
    log::error("the outcome of a command is unknown", {{"error", unknown->message}});
    http::Reply failed = render::error(
        503, "outcome_unknown", "outcome unknown: repeat the request with the same Idempotency-Key",
        call.request_id);
    failed.headers.emplace_back("Retry-After", "5");
    return reply_now(*pending, std::move(failed));
  }
  if (std::holds_alternative<DiskFull>(outcome)) return reply_now(*pending, disk_full(call));
  const auto& receipt = std::get<ledger::Receipt>(outcome);
  try {
    reply(*pending, answer(*pending, receipt), receipt.version);
  } catch (const std::exception& error) {
    log::error("an answer failed",
               {{"path", call.request.path}, {"error", std::string_view(error.what())}});
    reply(*pending,
          render::error(500, "internal_error",
                        "the command was carried out, but its answer could not be read; see the "
                        "daemon's log",
                        call.request_id),
          receipt.version);
  }
}

http::Reply Api::answer(Pending& pending, const ledger::Receipt& receipt) {
  projections::LogReader log(core_.store, receipt.entry);
  const ledger::Entry* entry = receipt.recorded ? &log.entry(receipt.version - 1) : nullptr;
  const std::optional<ledger::Refusal>& refusal = entry ? entry->refusal : receipt.refusal;
  projections::JobReader jobs(core_.state, log, receipt.version);
  http::Reply reply;
  if (refusal) {
    // Rendering follows other entries, and the reader keeps one at a time.
    ledger::Refusal copy = *refusal;
    reply = refused(pending, copy, {receipt, nullptr, jobs, log});
  } else {
    std::shared_ptr<const ledger::Entry> kept = log.keep();
    Done done{receipt, receipt.recorded ? kept.get() : nullptr, jobs, log};
    reply = pending.write.render(core_, pending.call, done);
  }
  if (receipt.replayed) reply.headers.emplace_back("Idempotency-Replayed", "true");
  return reply;
}

http::Reply Api::refused(Pending& pending, const ledger::Refusal& refusal, const Done& done) {
  if (pending.write.render_refusal) {
    auto reply = pending.write.render_refusal(core_, pending.call, refusal, done);
    if (reply) return std::move(*reply);
  }
  return render::refused(refusal, pending.call.request_id, done.log);
}

void Api::reply_now(Pending& pending, http::Reply answer) {
  reply(pending, std::move(answer), core_.state.version());
}

void Api::reply(Pending& pending, http::Reply answer, std::uint64_t version) {
  answer.headers.emplace_back("Ledger-Version", std::to_string(version));
  answer.headers.emplace_back("X-Request-Id", pending.call.request_id);
  // Before the answer: the client's next request may come with the same key at once.
  pending.key.reset();
  pending.waiter.reset();  // it keeps this request, too
  const auto took = pending.timer.answered(answer.status);
  log_.note(pending.call, pending.route ? pending.route->pattern : "unmatched", answer, took,
            pending.write.wait_ms > 0);
  pending.respond(std::move(answer));
}

}  // namespace jobledger::daemon::routes
