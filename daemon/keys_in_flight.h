#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <memory>
#include <mutex>
#include <string>

namespace jobledger::daemon {

/// The idempotency keys of requests that have no answer yet.
class KeysInFlight {
 public:
  /// Keeps a key taken for as long as it lives.
  class Hold {
   public:
    Hold(KeysInFlight& keys, std::string key) : keys_(keys), key_(std::move(key)) {}
    ~Hold() { keys_.let_go(key_); }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    KeysInFlight& keys_;
    std::string key_;
  };

  /// Null if the key is taken.
  std::shared_ptr<Hold> take(const std::string& team, const std::string& key) {
    std::string whole = team + '\0' + key;
    std::lock_guard lock(mutex_);
    if (!taken_.insert(whole).second) return nullptr;
    return std::make_shared<Hold>(*this, std::move(whole));
  }

 private:
  void let_go(const std::string& key) {
    std::lock_guard lock(mutex_);
    taken_.erase(key);
  }

  std::mutex mutex_;
  boost::unordered_flat_set<std::string> taken_;
};

}  // namespace jobledger::daemon
