#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "bench/works.h"

namespace jobledger::bench {

// Settings: none in any time that a part takes; one each second, if an entry came.
inline const std::vector<std::string> kNoSnapshots = {"--snapshot-entries", "1000000000"};
inline const std::vector<std::string> kSnapshotEachSecond = {"--snapshot-entries", "1",
                                                             "--snapshot-interval-seconds", "1"};

/// A daemon on a data directory, on a free port of 127.0.0.1. It is stopped with the object, and
/// ends with this process if that is killed.
class DaemonProcess {
 public:
  /// Makes a token first if `caller` has none. Returns once the daemon listens; throws
  /// std::runtime_error if it does not. What it logs is appended to `DIR.log`.
  DaemonProcess(const std::string& program, const std::string& data_dir, Caller& caller,
                const std::vector<std::string>& settings = {});
  ~DaemonProcess();
  DaemonProcess(const DaemonProcess&) = delete;
  DaemonProcess& operator=(const DaemonProcess&) = delete;

  std::uint16_t port() const { return port_; }
  /// From the start of the program until it listened.
  double start_seconds() const { return start_seconds_; }
  std::uint64_t resident_bytes() const;
  /// The most that was resident since it started, or since `reset_peak`.
  std::uint64_t peak_bytes() const;
  void reset_peak() const;
  /// Of all its threads, in user and system mode, since it started; in steps of 10 ms.
  double cpu_seconds() const;
  /// The lines of its log that have that text; those of daemons before it on the directory, too.
  std::vector<std::string> log_lines(const std::string& text) const;
  /// Waits until the log has that text; throws if it has not after `seconds`.
  void wait_for_log(const std::string& text, double seconds) const;
  /// Lets it end as an operator would; throws if it does not end well.
  void stop();

 private:
  std::string log_path_;
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
  double start_seconds_ = 0;
};

/// The bytes of all files below a directory.
std::uint64_t bytes_below(const std::string& directory);

}  // namespace jobledger::bench
