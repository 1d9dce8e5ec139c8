#include "bench/timed.h"

#include <algorithm>

namespace jobledger::bench {

bool Timed::next(std::size_t connection, std::string& request) {
  if (!work_.next(connection, request)) return false;
  if (begun_.size() <= connection) begun_.resize(connection + 1);
  begun_[connection] = Clock::now();
  return true;
}

std::string Timed::check(std::size_t connection, const Answer& answer) {
  spans_.push_back({begun_[connection], Clock::now()});
  return work_.check(connection, answer);
}

Spans common(const Spans& some, const Spans& others) {
  Spans both;
  for (const Span& one : some) {
    for (const Span& other : others) {
      Span span{std::max(one.begun, other.begun), std::min(one.ended, other.ended)};
      if (span.begun < span.ended) both.push_back(span);
    }
  }
  return both;
}

Measured during(const Spans& windows, const Spans& requests) {
  Measured measured;
  for (const Span& window : windows) measured.seconds += window.seconds();
  for (const Span& request : requests) {
    bool touches = false;
    for (const Span& window : windows) {
      touches = touches || (request.begun < window.ended && request.ended > window.begun);
      if (request.ended > window.begun && request.ended <= window.ended) ++measured.requests;
    }
    if (touches) measured.micros.push_back(request.seconds() * 1e6);
  }
  return measured;
}

}  // namespace jobledger::bench
