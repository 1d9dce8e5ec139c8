#include "daemon/webhooks/dispatcher.h"

#include <pthread.h>

#include <algorithm>

#include "daemon/logging.h"

namespace jobledger::daemon::webhooks {
namespace {

using std::chrono::milliseconds;

/// Under load entries come by the thousand; they are read several at once then.
constexpr milliseconds kPause{5};
constexpr milliseconds kLongestWait{1000};
constexpr milliseconds kRest{5000};  ///< after the outbox failed
constexpr milliseconds kLastChance{2000};
constexpr std::chrono::minutes kForget{10};
constexpr std::size_t kForgetAtOnce = 1000;
constexpr std::size_t kMostBytes = 64 << 20;  ///< of bodies on their way
constexpr std::size_t kMostOfOne = 4;         ///< see receivers.cpp
constexpr std::uint32_t kLongestPauseSeconds = 60;
constexpr ledger::TimeMs kDayMs = 24 * 60 * 60 * 1000;

Receivers::Limits limits_of(const config::WebhookSettings& settings) {
  return {settings.in_flight, std::min(settings.max_retry_seconds, kLongestPauseSeconds)};
}

Transfers::How how_of(const config::WebhookSettings& settings) {
  return {settings.allow_private, std::chrono::seconds(settings.timeout_seconds)};
}

Retries retries_of(const config::WebhookSettings& settings) {
  return {settings.max_attempts, settings.first_retry_seconds, settings.max_retry_seconds};
}

Receivers::End end_of(const Outcome& outcome) {
  if (outcome.attempt.error.empty()) return Receivers::End::taken;
  return outcome.refused ? Receivers::End::not_sent : Receivers::End::failed;
}

}  // namespace

Dispatcher::Dispatcher(const projections::State& state, const ledger::Store& store,
                       const ledger::WebhookKey& key, ledger::Clock& clock,
                       const config::WebhookSettings& settings, std::unique_ptr<Outbox> outbox)
    : state_(state),
      store_(store),
      key_(key),
      clock_(clock),
      settings_(settings),
      outbox_(std::move(outbox)),
      noter_(state, store, *outbox_, clock),
      receivers_(limits_of(settings)),
      transfers_(how_of(settings)),
      position_(noter_.position()),
      due_(outbox_->count(DeliveryState::due)) {}

Dispatcher::~Dispatcher() {
  stop();
}

void Dispatcher::start(std::string public_url) {
  composer_ = std::make_unique<Composer>(state_, store_, key_, std::move(public_url));
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "webhooks");
}

void Dispatcher::stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  transfers_.wake();
  thread_.join();
}

void Dispatcher::publish() {
  if (!told_.exchange(true)) transfers_.wake();
}

void Dispatcher::send_again(const Receiver& receiver) {
  ++due_;
  if (!thread_.joinable()) return;  // it is found in the outbox once webhooks are sent
  {
    std::lock_guard lock(mutex_);
    calls_.push_back(receiver);
  }
  transfers_.wake();
}

Counts Dispatcher::counts() const {
  return {position_, due_, in_flight_, attempts_, delivered_, failed_};
}

void Dispatcher::run() {
  bool began = false;
  while (!stopping_) {
    try {
      if (!began) {
        for (const auto& [receiver, at] : outbox_->waiting()) receivers_.expect(receiver, at);
        began = true;
      }
      step();
    } catch (const std::exception& error) {
      log::error("webhooks are held up; the ledger goes on, and what is due is sent later",
                 {{"why", std::string_view(error.what())}});
      rest();
    }
  }
  try {
    end_what_flies();
    noter_.keep_position();
  } catch (const std::exception& error) {
    log::warn("what was sent last may be sent again", {{"why", std::string_view(error.what())}});
  }
}

void Dispatcher::step() {
  record();
  note();
  take_calls();
  start_due();
  forget_old();
  take(transfers_.wait(patience()));
}

/// What is on its way goes on; what comes of it is kept until it can be recorded.
void Dispatcher::rest() {
  const auto until = Steady::now() + kRest;
  while (!stopping_ && Steady::now() < until) take(transfers_.wait(kLongestWait));
}

void Dispatcher::end_what_flies() {
  const auto until = Steady::now() + kLastChance;
  while (!flying_.empty() && Steady::now() < until) {
    auto left = std::chrono::ceil<milliseconds>(until - Steady::now());
    take(transfers_.wait(std::max(left, milliseconds(0))));
  }
  record();
}

void Dispatcher::note() {
  const auto now = Steady::now();
  if (now < next_note_) return;
  told_ = false;
  Noter::Noted noted = noter_.go_on();
  next_note_ = noted.is_all ? now + kPause : now;
  position_ = noter_.position();
  due_ += noted.due;
  for (const Receiver& receiver : noted.receivers) receivers_.expect(receiver, clock_.now());
}

void Dispatcher::take_calls() {
  std::vector<Receiver> calls;
  {
    std::lock_guard lock(mutex_);
    calls.swap(calls_);
  }
  for (const Receiver& receiver : calls) receivers_.expect(receiver, clock_.now());
}

bool Dispatcher::has_room() const {
  return results_.empty() && transfers_.bytes() < kMostBytes;
}

void Dispatcher::start_due() {
  while (has_room()) {
    auto receiver = receivers_.next(clock_.now());
    if (!receiver) return;
    try {
      look_at(*receiver);
    } catch (const SqliteError&) {
      receivers_.expect(*receiver, clock_.now());
      throw;
    }
    receivers_.looked_at(*receiver);
  }
}

void Dispatcher::look_at(const Receiver& receiver) {
  std::size_t room = receivers_.room(receiver);
  // Those on their way are due, too.
  for (const Delivery& delivery : outbox_->due(receiver, room + kMostOfOne + 1)) {
    if (flying_.contains(delivery.id)) continue;
    if (delivery.next_at > clock_.now()) return receivers_.expect(receiver, *delivery.next_at);
    if (room-- == 0) return;  // when one ends it is looked at again
    if (!has_room()) return receivers_.expect(receiver, *delivery.next_at);
    begin(delivery);
  }
}

void Dispatcher::begin(const Delivery& delivery) {
  receivers_.began(delivery.receiver);
  try {
    auto message = composer_->compose(delivery, clock_.now());
    if (!message) return not_sent(delivery, message.error().message, true);
    transfers_.begin(delivery.id, std::move(*message));
    flying_.emplace(delivery.id, Flight{delivery, clock_.now()});
    in_flight_ = flying_.size();
  } catch (const std::exception& error) {
    log::error("a webhook cannot be made", {{"delivery", delivery.id},
                                            {"entry", delivery.entry},
                                            {"why", std::string_view(error.what())}});
    not_sent(delivery, "not sent: it could not be made; the log says why", false);
  }
}

void Dispatcher::not_sent(const Delivery& delivery, const std::string& why, bool for_good) {
  Outcome outcome;
  outcome.attempt.at = clock_.now();
  outcome.attempt.error = why;
  outcome.refused = for_good;
  results_.push_back({delivery, std::move(outcome)});
}

void Dispatcher::take(std::vector<Transfers::Ended> ended) {
  for (Transfers::Ended& each : ended) {
    auto flight = flying_.find(each.id);
    each.outcome.attempt.at = flight->second.began;
    results_.push_back({std::move(flight->second.delivery), std::move(each.outcome)});
    flying_.erase(flight);
  }
  in_flight_ = flying_.size();
}

void Dispatcher::record() {
  if (results_.empty()) return;
  const ledger::TimeMs now = clock_.now();
  std::uniform_real_distribution<double> chance(0, 1);
  std::vector<Outbox::Attempted> attempted;
  for (const Result& result : results_) {
    Verdict verdict = judge(retries_of(settings_), result.delivery.tries + 1, result.outcome, now,
                            chance(random_));
    attempted.push_back({result.delivery, result.outcome.attempt, verdict});
  }
  due_ -= outbox_->record(attempted, now);
  for (const Outbox::Attempted& each : attempted) {
    ++attempts_;
    if (each.verdict.state == DeliveryState::delivered) ++delivered_;
    if (each.verdict.state != DeliveryState::failed) continue;
    ++failed_;
    log::warn("a webhook was not delivered", {{"delivery", each.delivery.id},
                                              {"team", each.delivery.receiver.team},
                                              {"event", each.delivery.event},
                                              {"why", each.attempt.error}});
  }
  for (const Result& result : results_) {
    receivers_.ended(result.delivery.receiver, end_of(result.outcome), now);
  }
  results_.clear();
}

void Dispatcher::forget_old() {
  const auto now = Steady::now();
  if (now < next_forget_) return;
  const ledger::TimeMs before = clock_.now() - ledger::TimeMs{settings_.keep_days} * kDayMs;
  const bool is_more =
      outbox_->forget(before, kForgetAtOnce) == static_cast<std::int64_t>(kForgetAtOnce);
  next_forget_ = is_more ? now : now + kForget;
}

/// How long nothing has to be looked at, if nothing comes.
milliseconds Dispatcher::patience() const {
  if (!results_.empty() || stopping_) return milliseconds(0);
  milliseconds longest = kLongestWait;
  if (auto at = receivers_.next_at(); at && has_room()) {
    longest = std::clamp(milliseconds(*at - clock_.now()), milliseconds(0), longest);
  }
  if (told_ || noter_.position() < state_.version()) {
    auto pause = std::chrono::ceil<milliseconds>(next_note_ - Steady::now());
    longest = std::clamp(pause, milliseconds(0), longest);
  }
  return longest;
}

}  // namespace jobledger::daemon::webhooks
