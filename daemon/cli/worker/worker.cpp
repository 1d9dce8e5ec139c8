#include "daemon/cli/worker/worker.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <ostream>

#include "daemon/cli/show.h"
#include "daemon/cli/worker/attendance.h"
#include "daemon/cli/worker/line.h"

namespace jobledger::daemon::cli::worker {
namespace {

using Verdict = Attendance::Verdict;

/// Between claims that do not wait.
constexpr std::chrono::seconds kIdle{1};
/// For the answer to a claim that waits, beyond its wait.
constexpr std::chrono::seconds kClaimPatience{20};
constexpr std::chrono::seconds kReportPatience{30};

/// Ours, without the token and with what the job is.
std::vector<std::string> environment_for(const Claim& claim, const Options& options) {
  std::vector<std::string> environment;
  for (char** each = environ; *each; ++each) {
    std::string_view variable(*each);
    bool ours = variable.starts_with("JOBLEDGER_JOB_ID=") ||
                variable.starts_with("JOBLEDGER_LEASE=") ||
                variable.starts_with("JOBLEDGER_URL=") || variable.starts_with("JOBLEDGER_TOKEN=");
    if (!ours) environment.emplace_back(variable);
  }
  environment.push_back("JOBLEDGER_JOB_ID=" + claim.job);
  environment.push_back("JOBLEDGER_LEASE=" + claim.lease);
  environment.push_back("JOBLEDGER_URL=" + options.remote.url);
  if (options.pass_token) environment.push_back("JOBLEDGER_TOKEN=" + options.remote.token);
  return environment;
}

class Worker {
 public:
  Worker(const Options& options, Console console)
      : options_(options),
        console_(console),
        journal_(console, options.json),
        poller_(options.remote),
        line_(poller_, signals_, journal_) {}

  int run() {
    std::uint64_t jobs = 0;
    while (exit_code_ == kDone && signals_.count() == 0) {
      std::optional<Claim> claim = next_claim();
      if (!claim) return options_.once && exit_code_ == kDone ? kNo : exit_code_;
      bool finished = work(*claim);
      if (options_.once) return exit_code_ != kDone ? exit_code_ : finished ? kDone : kNo;
      if (++jobs == options_.max_jobs) break;
    }
    return exit_code_;
  }

 private:
  /// nullopt ends the worker: the exit code is set.
  std::optional<Claim> next_claim() {
    while (true) {
      Request request{"/api/v2/worker/claim",
                      claim_body(options_.tags, options_.wait, options_.lease), line_.new_key(),
                      options_.wait + kClaimPatience};
      auto answer = line_.insist(request, [this] { return signals_.count() > 0; });
      if (!answer) return std::nullopt;
      if (answer->status == 200) return read(*answer);
      if (answer->status != 204) {
        complain(*answer, console_.err);
        exit_code_ = answer->status == 400 ? kWrongUsage : kCouldNot;
        return std::nullopt;
      }
      if (options_.once) {
        journal_.note("no job is there to claim");
        exit_code_ = kNo;
        return std::nullopt;
      }
      if (options_.wait < kIdle) rest(Clock::now() + kIdle);
    }
  }

  std::optional<Claim> read(const Answer& answer) {
    auto claim = read_claim(answer.body);
    if (claim) return *claim;
    journal_.note(claim.error().message);
    exit_code_ = kCouldNot;
    return std::nullopt;
  }

  void rest(Clock::time_point until) {
    while (Clock::now() < until && signals_.count() == 0) {
      poller_.wait(until, {signals_.descriptor()});
    }
  }

  /// Whether the job is finished.
  bool work(const Claim& claim) {
    journal_.tell("claimed", claim.job, "");
    begun_ = Clock::now();
    auto command =
        Command::start(options_.command, environment_for(claim, options_), claim.payload);
    if (!command) {
      journal_.note(command.error().message);
      exit_code_ = kCouldNot;
      return fail(claim, command.error().message);
    }
    Attendance attendance(options_, claim, **command, poller_, signals_, journal_);
    Verdict verdict = attendance.attend();
    return conclude(claim, **command, verdict);
  }

  bool conclude(const Claim& claim, const Command& command, Verdict verdict) {
    switch (verdict) {
      case Verdict::lost:
        return false;
      case Verdict::stopped:
        return say_stopped(claim);
      case Verdict::interrupted:
        return fail(claim, "the worker was ended before the job was done");
      case Verdict::by_itself:
        break;
    }
    if (command.ending()->well()) return finish(claim, command.reports.output());
    std::string said = command.complaints.text();
    std::string how = command.ending()->text();
    return fail(claim, said.empty() ? how : how + ": " + said);
  }

  bool finish(const Claim& claim, const std::string& output) {
    auto answer =
        report(claim, "finish", report_body(claim, output.empty() ? "" : "outputUrl", output));
    if (!answer) return false;
    // Nothing else than the output can be wrong, and the job must not be left as it is.
    if (answer->status == 400) return fail(claim, "the output is refused: " + error_text(*answer));
    return was_told(*answer, claim, "finished", output);
  }

  bool fail(const Claim& claim, const std::string& error) {
    auto answer = report(claim, "fail", report_body(claim, "error", error));
    if (answer) was_told(*answer, claim, "failed", error);
    return false;
  }

  bool say_stopped(const Claim& claim) {
    auto answer = report(claim, "stopped", report_body(claim));
    if (!answer) return false;
    if (answer->status == 409 && read_code(answer->body) == "no_stop_requested") {
      // Somebody took the cancel back while the command was being stopped.
      return fail(claim, "stopped as it was asked to, and the request was then withdrawn");
    }
    was_told(*answer, claim, "stopped", "");
    return false;
  }

  /// The daemon's answer; nullopt if two more signals gave it up.
  std::optional<Answer> report(const Claim& claim, std::string_view kind, const std::string& body) {
    int patience = std::max(2, signals_.count() + 1);
    Request request{"/api/v2/worker/jobs/" + claim.job + '/' + std::string(kind), body,
                    line_.new_key(), kReportPatience};
    auto answer = line_.insist(request, [&] { return signals_.count() >= patience; });
    if (answer) return answer;
    journal_.note(fmt::format(
        "the daemon was not told how job {} ended ({}); it is queued again when its lease ends",
        claim.job, kind));
    exit_code_ = kCouldNot;
    return std::nullopt;
  }

  /// Says what came of a report.
  bool was_told(const Answer& answer, const Claim& claim, std::string_view event,
                const std::string& text) {
    if (answer.status == 200) {
      double seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
      journal_.tell(event, claim.job,
                    fmt::format("after {:.1f} s{}{}", seconds, text.empty() ? "" : ": ", text));
      return true;
    }
    journal_.tell("lost", claim.job, read_refusal(answer.body));
    // 409 and 404 are about the job, all else is about the worker.
    if (answer.status != 409 && answer.status != 404) exit_code_ = kCouldNot;
    return false;
  }

  const Options& options_;
  Console console_;
  Signals signals_;
  Journal journal_;
  Poller poller_;
  Line line_;
  Clock::time_point begun_;
  int exit_code_ = kDone;
};

}  // namespace

int run(const Options& options, Console console) {
  return Worker(options, console).run();
}

}  // namespace jobledger::daemon::cli::worker
