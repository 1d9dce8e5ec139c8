#pragma once

#include <atomic>
#include <future>
#include <string>
#include <vector>

#include "bench/timed.h"
#include "bench/works.h"

namespace jobledger::bench {

/// Connections of their own thread that have to do with single jobs all the time, while something
/// large goes on elsewhere: half of them read one of the ids, half create a job.
class Bystanders final : private Work {
 public:
  static constexpr std::size_t kConnections = 16;

  /// Begins at once.
  Bystanders(std::uint16_t port, const Caller& caller, const std::vector<std::string>& ids,
             std::uint64_t seed);
  ~Bystanders() override;

  /// Ends it; throws what went wrong.
  void finish();

  // Once it is finished.
  const Spans& reads() const { return timed_reads_.spans(); }
  const Spans& creates() const { return timed_creates_.spans(); }

 private:
  bool next(std::size_t connection, std::string& request) override;
  std::string check(std::size_t connection, const Answer& answer) override;
  Timed& work_of(std::size_t connection) {
    return connection % 2 == 0 ? timed_reads_ : timed_creates_;
  }

  JobGets reads_;
  Creates creates_;
  Timed timed_reads_{reads_};
  Timed timed_creates_{creates_};
  std::atomic<bool> stop_ = false;
  std::future<Measured> load_;
};

}  // namespace jobledger::bench
