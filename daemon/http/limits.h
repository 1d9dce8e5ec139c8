#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace jobledger::daemon::http {

/// What one client may cost. A connection has one request in work at a time; the next one of a
/// pipeline is read from its buffer only after the answer to the one before was written.
struct Limits {
  std::uint64_t max_body_bytes = 16 * 1024 * 1024;  ///< after decoding of chunks
  /// Of request line and headers; also of one chunk's head and of the trailers.
  std::size_t max_header_bytes = 32 * 1024;
  /// How much is still read and thrown away after a last answer, so that the client gets to it.
  std::uint64_t max_drain_bytes = 64 * 1024 * 1024;
  std::size_t max_connections = 10'000;
  /// Of all connections together, beyond what each may have for itself (see MemoryBudget).
  std::uint64_t memory_in_flight = 256 * 1024 * 1024;

  std::chrono::milliseconds header_timeout{10'000};  ///< from its first byte to its last
  std::chrono::milliseconds body_timeout{60'000};  ///< from the end of the headers to its last byte
  std::chrono::milliseconds write_timeout{60'000};  ///< without the client taking a byte
  std::chrono::milliseconds idle_timeout{60'000};   ///< without a byte of a next request
  std::chrono::milliseconds drain_timeout{2'000};   ///< without a byte, after a last answer
  /// Where memory is short, a request that does not arrive or an answer that is not read is let go
  /// after this time already.
  std::chrono::milliseconds memory_grace{1'000};
  std::chrono::milliseconds accept_pause{100};  ///< when out of file descriptors
};

}  // namespace jobledger::daemon::http
