#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

namespace jobledger::daemon::streams {

/// A bound on how many there are of something at the same time.
class Places {
 public:
  explicit Places(std::uint32_t most) : most_(most) {}

  /// Keeps a place taken for as long as it lives.
  class Hold {
   public:
    explicit Hold(Places& places) : places_(places) {}
    ~Hold() { --places_.taken_; }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    Places& places_;
  };

  /// Null if all are taken. Any thread.
  std::shared_ptr<Hold> take() {
    if (taken_.fetch_add(1) >= most_) {
      --taken_;
      return nullptr;
    }
    return std::make_shared<Hold>(*this);
  }

 private:
  const std::uint32_t most_;
  std::atomic<std::uint32_t> taken_ = 0;
};

}  // namespace jobledger::daemon::streams
