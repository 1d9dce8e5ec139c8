#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "daemon/claim_waiters.h"
#include "daemon/http/message.h"
#include "daemon/keys_in_flight.h"
#include "daemon/metrics/commands.h"
#include "daemon/metrics/requests.h"
#include "daemon/routes/call.h"
#include "daemon/routes/rates.h"
#include "daemon/routes/request_log.h"

namespace jobledger::daemon::routes {

/// The routes, as requests are counted by them.
std::vector<metrics::Requests::Route> names_of_routes();

/// The door: finds the route of a request, who asks, and takes the command to the writer or the
/// read to its answer.
class Api final : public http::Handler {
 public:
  explicit Api(Core& core);

  void handle(http::Request request, http::Respond respond, std::function<bool()> gone) override;
  http::Reply refuse(int status, std::string_view what) override;
  /// Without a valid token nobody's large body is read.
  std::optional<http::Reply> refuse_early(const http::Request& head) override;

 private:
  /// A request on its way, shared by those who may answer it.
  struct Pending;
  using Shared = std::shared_ptr<Pending>;

  const Route* find(Pending& pending);
  /// Who asks, or the answer to somebody unknown.
  std::variant<ledger::Actor, http::Reply> admit(const http::Request& request,
                                                 const std::string& request_id);
  void run(const Shared& pending, const Route& route);
  void run_query(const Shared& pending, QueryRoute query);
  void run_command(const Shared& pending, CommandRoute command);
  void submit(const Shared& pending);
  void ask_again(const Shared& pending);
  /// Answers 500 if the work throws.
  void guarded(Pending& pending, const std::function<void()>& work);
  void wait_for_job(const Shared& pending);
  void complete(const Shared& pending, Outcome outcome);
  http::Reply answer(Pending& pending, const ledger::Receipt& receipt);
  http::Reply refused(Pending& pending, const ledger::Refusal& refusal, const Done& done);
  void reply(Pending& pending, http::Reply answer, std::uint64_t version);
  void reply_now(Pending& pending, http::Reply answer);
  /// The answer to a command that the writer does not take.
  http::Reply not_taken(const Call& call, WriterThread::Intake intake);
  std::optional<http::Reply> refuse_address(const http::Request& request,
                                            const std::string& request_id);

  Core& core_;
  Rates rates_;
  metrics::Requests& requests_;
  metrics::Commands commands_;
  const RequestLog log_;
};

}  // namespace jobledger::daemon::routes
