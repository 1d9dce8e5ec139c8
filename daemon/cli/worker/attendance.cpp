#include "daemon/cli/worker/attendance.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "daemon/cli/worker/line.h"

namespace jobledger::daemon::cli::worker {
namespace {

/// All of it, past what would hold it back for the sake of whole lines.
void echo(std::string_view text) {
  while (!text.empty()) {
    ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written <= 0) return;  // nobody reads it any more
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

Attendance::Attendance(const Options& options, const Claim& claim, Command& command, Poller& poller,
                       Signals& signals, Journal& journal)
    : options_(options),
      claim_(claim),
      command_(command),
      poller_(poller),
      signals_(signals),
      journal_(journal),
      interval_(std::chrono::milliseconds(options.lease) / 3),
      next_heartbeat_(Clock::now() + interval_),
      not_before_(Clock::now()) {}

Attendance::Verdict Attendance::attend() {
  while (!command_.ending() || poller_.is_sending()) {
    if (!command_.ending()) act();
    std::vector<int> descriptors = command_.descriptors();
    if (command_.ending()) descriptors.clear();
    descriptors.push_back(signals_.descriptor());
    poller_.wait(next_deed(), descriptors);
    if (!command_.ending()) {
      command_.read(echo, [&](std::string_view wrong) { journal_.note(wrong); });
      if (auto progress = command_.reports.take_progress()) progress_ = progress;
    }
    heed_signals();
  }
  return verdict_;
}

Clock::time_point Attendance::next_deed() const {
  auto next = std::max(progress_ ? Clock::now() : next_heartbeat_, not_before_);
  bool waits = poller_.is_sending() || verdict_ == Verdict::lost;
  if (waits) next = Clock::now() + std::chrono::seconds(60);
  return kill_at_ ? std::min(next, *kill_at_) : next;
}

void Attendance::act() {
  auto now = Clock::now();
  if (kill_at_ && now >= *kill_at_) {
    command_.kill();
    kill_at_.reset();
  }
  bool may_send = !poller_.is_sending() && now >= not_before_ && verdict_ != Verdict::lost;
  if (!may_send) return;
  if (now >= next_heartbeat_) return send_heartbeat();
  if (progress_) send_progress(*std::exchange(progress_, std::nullopt));
}

void Attendance::send_heartbeat() {
  next_heartbeat_ = Clock::now() + interval_;
  poller_.send({"/api/v2/worker/jobs/" + claim_.job + "/heartbeat", report_body(claim_)},
               [this](const ledger::Result<Answer>& answer) { heard(answer, true); });
}

void Attendance::send_progress(double progress) {
  poller_.send({"/api/v2/worker/jobs/" + claim_.job + "/progress", progress_body(claim_, progress)},
               [this, progress](const ledger::Result<Answer>& answer) {
                 if (is_for_now(answer) && !progress_) progress_ = progress;
                 heard(answer, false);
               });
}

void Attendance::heard(const ledger::Result<Answer>& answer, bool heartbeat) {
  if (is_for_now(answer)) {
    auto rest = std::min<Clock::duration>(Line::pause(answer, backoff_), interval_);
    not_before_ = Clock::now() + rest;
    if (heartbeat) next_heartbeat_ = not_before_;
    journal_.note(fmt::format("{}; again in {:.1f} s, and the job goes on", why_not(answer),
                              std::chrono::duration<double>(rest).count()));
    return;
  }
  backoff_.reset();
  if (answer->status == 409 || answer->status == 404) return lose(*answer);
  if (answer->status != 200) return journal_.note(error_text(*answer));
  if (!heartbeat) return;
  if (auto by = read_stop(answer->body)) stop(*by);
}

void Attendance::lose(const Answer& answer) {
  if (verdict_ == Verdict::lost) return;
  journal_.tell("lost", claim_.job, read_refusal(answer.body));
  doom(Verdict::lost);
}

void Attendance::stop(const std::string& by) {
  if (verdict_ != Verdict::by_itself) return;
  journal_.tell("stopping", claim_.job, "asked by " + by);
  doom(Verdict::stopped);
}

void Attendance::doom(Verdict verdict) {
  verdict_ = verdict;
  if (kill_at_ || command_.ending()) return;
  command_.terminate();
  kill_at_ = Clock::now() + options_.grace;
}

/// The first lets the job end, the second does not.
void Attendance::heed_signals() {
  int count = signals_.count();
  if (count == signals_heeded_) return;
  signals_heeded_ = count;
  if (command_.ending()) return;
  if (count == 1) {
    journal_.note("job " + claim_.job + " is the last; once more kills its command");
    return;
  }
  journal_.note("killing the command of job " + claim_.job);
  if (verdict_ == Verdict::by_itself) verdict_ = Verdict::interrupted;
  command_.kill();
}

}  // namespace jobledger::daemon::cli::worker
