#pragma once

#include <string>
#include <utility>
#include <variant>

#include "ledger/assert.h"

namespace jobledger::ledger {

/// Why a piece of storage, an encoding or a setting could not be used, in words for the operator.
struct Failure {
  std::string message;
};

/// A value or the reason there is none; the names are those of std::expected, which g++ 12 has
/// only under C++23.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}            // NOLINT: implicit as in std::expected
  Result(Failure failure) : state_(std::move(failure)) {}  // NOLINT

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  T& value() {
    JL_ASSERT(has_value());
    return *std::get_if<0>(&state_);
  }
  const T& value() const {
    JL_ASSERT(has_value());
    return *std::get_if<0>(&state_);
  }
  const Failure& error() const {
    JL_ASSERT(!has_value());
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, Failure> state_;
};

using Status = Result<std::monostate>;
inline Status ok() {
  return std::monostate{};
}

}  // namespace jobledger::ledger
