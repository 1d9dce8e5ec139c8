#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/cli/http_client.h"

namespace jobledger::daemon::cli::worker {

using Clock = std::chrono::steady_clock;

struct Request {
  std::string path;
  std::string body;
  std::string key = {};  ///< the Idempotency-Key; empty: none
  std::chrono::seconds patience{10};
};

/// A thread's one wait: for the answer to a request, and for descriptors that can be read.
class Poller {
 public:
  using Done = std::function<void(const ledger::Result<Answer>&)>;

  explicit Poller(const Remote& remote);
  ~Poller();
  Poller(const Poller&) = delete;

  /// POSTs; `done` is called within wait(). There is one request at a time.
  void send(const Request& request, Done done);
  bool is_sending() const;
  /// Drops the request; its `done` is not called.
  void abandon();

  /// Waits for an answer, for one of the descriptors, or until then. What can be read is the
  /// caller's to find out: descriptors that have ended are to be left out the next time.
  void wait(Clock::time_point until, const std::vector<int>& descriptors);

 private:
  struct Sending;
  struct Multi;

  const Remote remote_;
  std::unique_ptr<Multi> multi_;
  std::unique_ptr<Sending> sending_;
};

}  // namespace jobledger::daemon::cli::worker
