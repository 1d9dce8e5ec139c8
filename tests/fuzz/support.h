#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace jobledger::fuzz {

/// Ends the process, as a finding, unless the promise holds. `about` is shown with it.
inline void require(bool holds, std::string_view promise, std::string_view about = "") {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %.*s\n%.*s\n", static_cast<int>(promise.size()),
               promise.data(), static_cast<int>(about.size()), about.data());
  std::abort();
}

/// Takes an input apart, piece by piece.
class Input {
 public:
  explicit Input(std::string_view bytes) : rest_(bytes) {}

  /// The next byte, as a choice of so many; 0 at the end.
  unsigned choose(unsigned count) {
    if (rest_.empty()) return 0;
    unsigned chosen = static_cast<unsigned char>(rest_.front()) % count;
    rest_.remove_prefix(1);
    return chosen;
  }
  /// What stands before the next byte of that kind, which is passed over, or all there is.
  std::string_view until(char end) {
    std::string_view piece = rest_.substr(0, rest_.find(end));
    rest_.remove_prefix(std::min(rest_.size(), piece.size() + 1));
    return piece;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace jobledger::fuzz
