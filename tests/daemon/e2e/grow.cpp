#include "grow.h"

#include <stdexcept>

#include "daemon/startup.h"
#include "ledger/writer.h"

namespace jobledger::daemon::e2e {
namespace {

constexpr int kGroup = 1000;

ledger::Submission submission_of(const std::string& team) {
  ledger::Submission submission;
  submission.envelope.actor.team = team;
  submission.envelope.actor.name = "grower";
  submission.envelope.actor.scopes = ledger::Scopes::usual();
  submission.body = job_body();
  ledger::JobSpec job;
  job.template_id = kTemplate;
  job.body_length = submission.body.size();
  submission.command = ledger::SubmitJob{std::move(job)};
  return submission;
}

}  // namespace

void grow_ledger(DaemonRun& daemon, const std::string& team, int count) {
  if (daemon.stop() != 0) throw std::runtime_error("it did not stop well: " + daemon.log());
  {
    auto started = start(daemon.data_dir());
    if (!started) throw std::runtime_error(started.error().message);
    ledger::SystemClock clock;
    ledger::RandomIds ids;
    ledger::Writer writer(*started->store, *started->state, std::move(started->tree),
                          started->last_time, clock, ids);
    for (int done = 0; done < count; done += kGroup) {
      std::vector<ledger::Submission> group(
          static_cast<std::size_t>(std::min(kGroup, count - done)), submission_of(team));
      if (!writer.commit(group)) throw std::runtime_error("the ledger takes no entries");
    }
  }
  daemon.start();
}

}  // namespace jobledger::daemon::e2e
