#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace prometheus {
class Registry;
}

namespace jobledger::daemon::metrics {

class Samples;

/// What `GET /metrics` serves: what is counted as it happens, and what is looked up when somebody
/// asks. Any thread.
class Registry {
 public:
  Registry();
  ~Registry();

  /// Looks up values that others keep anyway, on the thread that asks for the text. It must not
  /// wait for long, and what it refers to must be there as long as anybody may ask.
  using Source = std::function<void(Samples&)>;
  void add(Source source);

  /// In the text format of Prometheus, 0.0.4.
  std::string text() const;

  /// Where what is counted as it happens is made.
  prometheus::Registry& counted() { return *counted_; }

 private:
  const std::unique_ptr<prometheus::Registry> counted_;
  mutable std::mutex mutex_;
  std::vector<Source> sources_;
};

}  // namespace jobledger::daemon::metrics
