#pragma once

#include "ledger/time.h"

namespace jobledger::tests {

/// 2026-01-01T00:00:00Z, when every test begins.
inline constexpr ledger::TimeMs kNewYear = 1'767'225'600'000;

/// A clock that stands still until it is told otherwise; it may go back.
class SettableClock final : public ledger::Clock {
 public:
  ledger::TimeMs now() override { return now_; }
  void set(ledger::TimeMs now) { now_ = now; }
  void advance(ledger::TimeMs by) { now_ += by; }

 private:
  ledger::TimeMs now_ = kNewYear;
};

}  // namespace jobledger::tests
