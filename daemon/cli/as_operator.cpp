#include "daemon/cli/as_operator.h"

#include <pwd.h>
#include <unistd.h>

namespace jobledger::daemon::cli {
namespace {

std::string user_name() {
  const passwd* user = getpwuid(geteuid());
  return user ? user->pw_name : "uid " + std::to_string(geteuid());
}

}  // namespace

ledger::Result<ledger::Receipt> commit_as_operator(Started& started, const std::string& team,
                                                   ledger::Command command) {
  ledger::SystemClock clock;
  ledger::RandomIds ids;
  ledger::Writer writer(*started.store, *started.state, started.tree, started.last_time, clock,
                        ids);
  ledger::Submission submission;
  submission.envelope.actor.kind = ledger::ActorKind::operator_;
  submission.envelope.actor.team = team;
  submission.envelope.actor.name = user_name();
  submission.envelope.actor.scopes = ledger::Scopes::all();
  submission.command = std::move(command);
  auto receipts = writer.commit({&submission, 1});
  if (!receipts) return receipts.error();
  return receipts->front();
}

}  // namespace jobledger::daemon::cli
