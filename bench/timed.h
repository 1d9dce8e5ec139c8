#pragma once

#include <vector>

#include "bench/load.h"
#include "bench/samples.h"

namespace jobledger::bench {

/// A stretch of time.
struct Span {
  Clock::time_point begun;
  Clock::time_point ended;

  double seconds() const { return std::chrono::duration<double>(ended - begun).count(); }
};
using Spans = std::vector<Span>;

/// The time that is in both; the spans of one do not overlap each other.
Spans common(const Spans& some, const Spans& others);

/// Another work, whose requests are kept as spans: so that those can be looked at that met with
/// something that went on now and then.
class Timed final : public Work {
 public:
  explicit Timed(Work& work) : work_(work) {}
  bool next(std::size_t connection, std::string& request) override;
  std::string check(std::size_t connection, const Answer& answer) override;

  const Spans& spans() const { return spans_; }

 private:
  Work& work_;
  std::vector<Clock::time_point> begun_;  ///< by connection
  Spans spans_;
};

/// What a load did during the windows, in which it ran: the rate is of the requests that ended in
/// one, the times are of all that touched one.
Measured during(const Spans& windows, const Spans& requests);

}  // namespace jobledger::bench
