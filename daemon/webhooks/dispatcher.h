#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "daemon/config/settings.h"
#include "daemon/webhooks/composer.h"
#include "daemon/webhooks/noter.h"
#include "daemon/webhooks/outbox.h"
#include "daemon/webhooks/receivers.h"
#include "daemon/webhooks/transfers.h"

namespace jobledger::daemon::webhooks {

/// How it goes.
struct Counts {
  std::uint64_t position = 0;  ///< of the log, up to which it is noted what is to be sent
  std::int64_t due = 0;
  std::uint64_t in_flight = 0;
  // Since the start:
  std::uint64_t attempts = 0;
  std::uint64_t delivered = 0;
  std::uint64_t failed = 0;
};

/// Sends webhooks on a thread of its own: notes what the log says is to be sent, sends what is due,
/// and notes what came of it. What is in memory is bounded by how much is on its way and by how
/// many receivers something waits for, not by how much that is.
class Dispatcher {
 public:
  /// All that are given outlive it.
  Dispatcher(const projections::State& state, const ledger::Store& store,
             const ledger::WebhookKey& key, ledger::Clock& clock,
             const config::WebhookSettings& settings, std::unique_ptr<Outbox> outbox);
  ~Dispatcher();

  /// Begins; `public_url` is where the daemon's own addresses begin. To be called once at most.
  void start(std::string public_url);
  /// What is on its way has a little time to end; whatever did not is sent again after a start.
  void stop();

  // Any thread.
  /// There are new entries.
  void publish();
  /// Something of that receiver was made due again.
  void send_again(const Receiver& receiver);
  Counts counts() const;

 private:
  using Steady = std::chrono::steady_clock;
  struct Flight {
    Delivery delivery;
    ledger::TimeMs began;
  };
  struct Result {
    Delivery delivery;
    Outcome outcome;
  };

  void run();
  void step();
  void rest();
  void end_what_flies();
  void note();
  void take_calls();
  void start_due();
  void look_at(const Receiver& receiver);
  void begin(const Delivery& delivery);
  void not_sent(const Delivery& delivery, const std::string& why, bool for_good);
  void take(std::vector<Transfers::Ended> ended);
  void record();
  void forget_old();
  bool has_room() const;
  std::chrono::milliseconds patience() const;

  const projections::State& state_;
  const ledger::Store& store_;
  const ledger::WebhookKey& key_;
  ledger::Clock& clock_;
  const config::WebhookSettings settings_;
  const std::unique_ptr<Outbox> outbox_;
  Noter noter_;
  Receivers receivers_;
  Transfers transfers_;
  std::unique_ptr<Composer> composer_;
  std::mt19937_64 random_{std::random_device{}()};
  std::map<std::int64_t, Flight> flying_;
  std::vector<Result> results_;  ///< not recorded yet
  Steady::time_point next_note_;
  Steady::time_point next_forget_;

  std::atomic<bool> told_ = false;  ///< of new entries
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::vector<Receiver> calls_;  ///< of send_again
  std::atomic<std::uint64_t> position_ = 0;
  std::atomic<std::int64_t> due_ = 0;
  std::atomic<std::uint64_t> in_flight_ = 0;
  std::atomic<std::uint64_t> attempts_ = 0;
  std::atomic<std::uint64_t> delivered_ = 0;
  std::atomic<std::uint64_t> failed_ = 0;
  std::thread thread_;
};

}  // namespace jobledger::daemon::webhooks
