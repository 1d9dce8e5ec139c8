#include "daemon/webhooks/backoff.h"

#include <algorithm>
#include <cmath>

namespace jobledger::daemon::webhooks {
namespace {

constexpr double kFactor = 4;
constexpr int kGone = 410;
constexpr int kTooManyRequests = 429;
constexpr int kUnavailable = 503;
constexpr ledger::TimeMs kMs = 1000;

}  // namespace

ledger::TimeMs pause_after(const Retries& retries, std::uint32_t tries, double chance) {
  const double longest = static_cast<double>(retries.max_seconds) * kMs;
  const double usual = static_cast<double>(retries.first_seconds) * kMs *
                       std::pow(kFactor, static_cast<double>(tries - 1));
  return static_cast<ledger::TimeMs>(std::min(std::min(usual, longest) * (0.5 + chance), longest));
}

Verdict judge(const Retries& retries, std::uint32_t tries, const Outcome& outcome,
              ledger::TimeMs now, double chance) {
  const int status = outcome.attempt.status;
  if (outcome.attempt.error.empty()) return {DeliveryState::delivered, 0};
  if (outcome.refused || status == kGone || tries >= retries.max_attempts) {
    return {DeliveryState::failed, 0};
  }
  ledger::TimeMs pause = pause_after(retries, tries, chance);
  if (outcome.retry_after && (status == kTooManyRequests || status == kUnavailable)) {
    const ledger::TimeMs longest = ledger::TimeMs{retries.max_seconds} * kMs;
    const std::int64_t asked =
        std::clamp<std::int64_t>(*outcome.retry_after, 0, retries.max_seconds);
    pause = std::min(std::max(pause, asked * kMs), longest);
  }
  return {DeliveryState::due, now + pause};
}

}  // namespace jobledger::daemon::webhooks
