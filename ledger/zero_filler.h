#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace jobledger::ledger {

/// Writes zeros behind the end of a file that another descriptor makes longer, so that a sync there
/// is one write to the disk: one that changes the size of the file is two. A writer that is faster
/// than the zeros makes the file longer itself, as without them; so it does once zeros cannot be
/// written, and what is wrong with the disk is its to find.
class ZeroFiller {
 public:
  /// The file is there, and empty.
  explicit ZeroFiller(const std::string& path);
  /// Stops.
  ~ZeroFiller();
  ZeroFiller(const ZeroFiller&) = delete;
  ZeroFiller& operator=(const ZeroFiller&) = delete;

  /// To be called before bytes are written up to `end`: from its return on, no zeros come there.
  void claim(std::uint64_t end);

  /// Writes no more. What is zero behind the last byte claimed is left to be cut off.
  void stop();

 private:
  void run();
  bool is_needed() const;
  /// Fills up to `target`; false if that failed.
  bool fill(std::uint64_t target, std::unique_lock<std::mutex>& lock);

  const int file_;
  std::mutex mutex_;
  std::condition_variable wakes_;
  std::condition_variable filled_;
  std::uint64_t claimed_ = 0;  ///< the end of the writer's bytes
  std::uint64_t zeroed_ = 0;   ///< the end of the zeros
  std::uint64_t filling_ = 0;  ///< where a unit of zeros begins that is being written; 0 if none is
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace jobledger::ledger
