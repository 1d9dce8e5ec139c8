#include "daemon/cli/worker/line.h"

#include <fmt/core.h>

#include <charconv>

#include "daemon/cli/worker/claim.h"

namespace jobledger::daemon::cli::worker {
namespace {

constexpr std::chrono::seconds kLongestRetryAfter{60};

std::chrono::milliseconds retry_after(const Answer& answer) {
  std::string text = header_of(answer, "Retry-After");
  std::int64_t seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::clamp(std::chrono::seconds(seconds), std::chrono::seconds(0), kLongestRetryAfter);
}

}  // namespace

bool is_for_now(const ledger::Result<Answer>& answer) {
  if (!answer) return true;
  int status = answer->status;
  // The first attempt of a repeated request may still be in work.
  if (status == 409) return read_code(answer->body) == "idempotency_key_in_flight";
  return status == 408 || status == 425 || status == 429 || status >= 500;
}

std::string why_not(const ledger::Result<Answer>& answer) {
  return answer ? error_text(*answer) : answer.error().message;
}

std::chrono::milliseconds Line::pause(const ledger::Result<Answer>& answer, Backoff& backoff) {
  std::chrono::milliseconds own = backoff.next();
  return answer ? std::max(own, retry_after(*answer)) : own;
}

std::string Line::new_key() {
  ledger::SystemClock clock;
  return "worker-" + ids_.next_ulid(clock.now()).text();
}

void Line::wait(Clock::time_point until, const std::function<bool()>& is_over) {
  bool sends = poller_.is_sending();
  while (!is_over() && (sends ? poller_.is_sending() : Clock::now() < until)) {
    poller_.wait(until, {signals_.descriptor()});
    signals_.count();  // else its descriptor would not be waited for
  }
}

std::optional<Answer> Line::insist(const Request& request, const std::function<bool()>& is_over) {
  backoff_.reset();
  while (!is_over()) {
    std::optional<ledger::Result<Answer>> answer;
    poller_.send(request, [&](const ledger::Result<Answer>& came) { answer = came; });
    wait(Clock::now() + request.patience + std::chrono::seconds(5), is_over);
    if (!answer) {
      poller_.abandon();
      break;
    }
    if (!is_for_now(*answer)) return **answer;
    auto rest = pause(*answer, backoff_);
    journal_.note(fmt::format("{}; again in {:.1f} s", why_not(*answer),
                              std::chrono::duration<double>(rest).count()));
    wait(Clock::now() + rest, is_over);
  }
  return std::nullopt;
}

}  // namespace jobledger::daemon::cli::worker
