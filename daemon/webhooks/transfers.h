#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/webhooks/backoff.h"

namespace jobledger::daemon::webhooks {

/// A request to a receiver.
struct Message {
  std::string method = "POST";  ///< GET and HEAD have no body
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// Requests on their way, any number at a time on one thread.
///
/// Redirects are not followed, and no proxy is used. Where a name leads to is judged by the very
/// address that is connected to (address_guard.h), so no later answer of a name server counts.
class Transfers {
 public:
  struct How {
    bool allow_private = false;
    std::chrono::milliseconds timeout{15'000};  ///< of a whole request
  };
  explicit Transfers(const How& how);
  ~Transfers();
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;

  /// `id` names it when it has ended. One that libcurl does not take, such as a URL of megabytes,
  /// ends as refused at the next `wait`.
  void begin(std::int64_t id, Message message);

  struct Ended {
    std::int64_t id;
    Outcome outcome;  ///< without the time of the attempt
  };
  /// Goes on with what is on its way until something ends, or for that long, or until `wake`.
  std::vector<Ended> wait(std::chrono::milliseconds most);
  /// Ends `wait`, or the next one. Any thread.
  void wake();

  /// Of the bodies on their way.
  std::size_t bytes() const { return bytes_; }

 private:
  class Transfer;
  struct Close {
    void operator()(void* multi) const;
  };
  Ended end(std::int64_t id, int code);

  const How how_;
  std::unique_ptr<void, Close> multi_;
  std::map<std::int64_t, std::unique_ptr<Transfer>> transfers_;
  std::vector<Ended> refused_;  ///< that never were on their way
  std::size_t bytes_ = 0;
};

}  // namespace jobledger::daemon::webhooks
