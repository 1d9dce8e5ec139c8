#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "team.h"

namespace jobledger::daemon::e2e {

/// Clients that do nothing wrong: each creates a job, reads it, and again, on threads of their own.
/// Each must get what it asked for, whatever others do; how long that took is told, not judged.
class GoodClients {
 public:
  explicit GoodClients(Team& team, int count = 4) : team_(team), count_(count) {}

  /// `rounds` each, beside `others`, which is called again and again meanwhile.
  template <typename Others>
  void run(int rounds, const Others& others) {
    std::vector<std::vector<double>> times(static_cast<std::size_t>(count_));
    std::vector<std::thread> threads;
    std::atomic<int> running{count_};
    for (std::vector<double>& of : times) {
      threads.emplace_back([&] {
        try {
          work(rounds, of);
        } catch (const std::exception& error) {
          wrong_ = error.what();
        }
        --running;
      });
    }
    while (running > 0) others();
    for (std::thread& thread : threads) thread.join();
    all_.clear();
    for (const auto& of : times) all_.insert(all_.end(), of.begin(), of.end());
    std::sort(all_.begin(), all_.end());
  }
  void run(int rounds) {
    run(rounds, [] { std::this_thread::sleep_for(std::chrono::milliseconds(10)); });
  }

  /// What one of them got instead; empty if all was well.
  const std::string& wrong() const { return wrong_; }
  /// Milliseconds of a request, of the last run: that below which this share lies.
  double quantile(double share) const {
    auto at = static_cast<std::size_t>(share * static_cast<double>(all_.size()));
    return all_.empty() ? 0 : all_[std::min(at, all_.size() - 1)];
  }
  std::size_t requests() const { return all_.size(); }

 private:
  void work(int rounds, std::vector<double>& times) {
    Team mine(team_.daemon(), team_.name(), team_.token());
    auto timed = [&](auto ask) {
      auto begun = std::chrono::steady_clock::now();
      auto got = ask();
      times.push_back(
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun)
              .count());
      return got;
    };
    for (int i = 0; i < rounds; ++i) {
      std::string id = timed([&] { return mine.create(); });
      timed([&] { return mine.job(id); });
    }
  }

  Team& team_;
  const int count_;
  std::string wrong_;
  std::vector<double> all_;
};

}  // namespace jobledger::daemon::e2e
