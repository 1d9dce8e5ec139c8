#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace jobledger::bench {

/// An answer, read whole.
struct Answer {
  int status = 0;
  std::string_view head;
  std::string_view body;
};

/// The value of a header; empty if there is none.
std::string_view header_of(std::string_view head, std::string_view name);

/// What is asked, and how the answers are judged.
class Work {
 public:
  virtual ~Work() = default;
  /// Makes the next request of this connection. `request` holds the bytes that the connection sent
  /// before, so that little of it needs to change. False if there is nothing more to ask.
  virtual bool next(std::size_t connection, std::string& request) = 0;
  /// What is wrong with the answer; empty if nothing.
  virtual std::string check(std::size_t connection, const Answer& answer) = 0;
};

/// A load ends with whatever comes first: the work, the number of requests or the time.
struct Bounds {
  std::uint64_t requests = UINT64_MAX;
  double seconds = 10;
};

struct Measured {
  std::uint64_t requests = 0;
  double seconds = 0;          ///< from the first byte sent to the last answer read
  std::vector<double> micros;  ///< of each request: from handing it to the socket to its last byte
};

/// Keeps `connections` keep-alive connections to the port of 127.0.0.1 busy, each with one request
/// at a time, on the calling thread. Throws std::runtime_error if an answer is wrong, a connection
/// breaks, or an answer is out for half a minute.
Measured run_load(std::uint16_t port, std::size_t connections, Work& work, Bounds bounds);

}  // namespace jobledger::bench
