#include "ledger/zero_filler.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <system_error>

namespace jobledger::ledger {
namespace {

constexpr std::uint64_t kUnit = 256 << 10;       ///< a writer may have to wait for one
constexpr std::uint64_t kLeastAhead = 64 << 10;  ///< a log that is hardly used stays small
constexpr std::uint64_t kMostAhead = 4 << 20;
const std::array<char, kUnit> kZeros{};

std::uint64_t ahead_of(std::uint64_t size) {
  return std::clamp(size, kLeastAhead, kMostAhead);
}

}  // namespace

ZeroFiller::ZeroFiller(const std::string& path) : file_(open(path.c_str(), O_WRONLY | O_CLOEXEC)) {
  if (file_ < 0) return;
  try {
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "zeros");
  } catch (const std::system_error&) {  // as many threads as there may be: then without zeros
  }
}

ZeroFiller::~ZeroFiller() {
  stop();
  if (file_ >= 0) close(file_);
}

void ZeroFiller::claim(std::uint64_t end) {
  std::unique_lock lock(mutex_);
  claimed_ = std::max(claimed_, end);
  filled_.wait(lock, [&] { return filling_ == 0 || filling_ >= end; });
  if (is_needed()) wakes_.notify_one();
}

void ZeroFiller::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wakes_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool ZeroFiller::is_needed() const {
  return claimed_ > 0 && zeroed_ < claimed_ + ahead_of(claimed_) / 2;
}

void ZeroFiller::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wakes_.wait(lock, [&] { return stopping_ || is_needed(); });
    if (stopping_ || !fill(claimed_ + ahead_of(claimed_), lock)) return;
    lock.unlock();
    fdatasync(file_);  // the writer's syncs shall not have to write them
    lock.lock();
  }
}

bool ZeroFiller::fill(std::uint64_t target, std::unique_lock<std::mutex>& lock) {
  while (!stopping_ && std::max(zeroed_, claimed_) < target) {
    filling_ = std::max(zeroed_, claimed_);
    const std::uint64_t length = std::min(kUnit, target - filling_);
    lock.unlock();
    ssize_t put = pwrite(file_, kZeros.data(), length, static_cast<off_t>(filling_));
    lock.lock();
    zeroed_ = filling_ + length;
    filling_ = 0;
    filled_.notify_all();
    if (put != static_cast<ssize_t>(length)) return false;
  }
  return true;
}

}  // namespace jobledger::ledger
