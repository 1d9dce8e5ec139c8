#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace jobledger::daemon {

/// What `GET /metrics` serves. Safe from any thread.
class Metrics {
 public:
  Metrics();
  ~Metrics();

  void set_version(std::uint64_t version);
  void set_read_only(bool read_only);
  void set_invariant_violations(std::uint64_t count);

  /// In the text format of Prometheus, 0.0.4.
  std::string text() const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace jobledger::daemon
