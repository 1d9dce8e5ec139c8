#include "daemon/cli/progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include <ostream>

namespace jobledger::daemon::cli {
namespace {

constexpr std::chrono::milliseconds kBarPause{100};
constexpr std::chrono::seconds kLinePause{5};
constexpr std::size_t kBarWidth = 30;

}  // namespace

Progress::Progress(std::ostream& err, std::string what, std::string unit)
    : err_(err),
      what_(std::move(what)),
      unit_(std::move(unit)),
      terminal_(isatty(STDERR_FILENO) == 1),
      begun_(Clock::now()),
      shown_(begun_) {}

std::string Progress::line(std::uint64_t done, std::uint64_t total, double seconds) const {
  double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  double left = rate > 0 ? static_cast<double>(total - done) / rate : 0;
  return fmt::format("{} of {} {}, {:.0f}/s, {:.0f} s left", done, total, unit_, rate, left);
}

void Progress::show(std::uint64_t done, std::uint64_t total) {
  auto now = Clock::now();
  if (now - shown_ < (terminal_ ? Clock::duration(kBarPause) : Clock::duration(kLinePause))) return;
  shown_ = now;
  double seconds = std::chrono::duration<double>(now - begun_).count();
  std::string text = line(done, total, seconds);
  if (!terminal_) {
    err_ << what_ << ": " << text << std::endl;
    return;
  }
  std::size_t full = total == 0 ? 0 : done * kBarWidth / total;
  err_ << "\r\x1b[K" << what_ << " [" << std::string(full, '#')
       << std::string(kBarWidth - full, ' ') << "] " << text << std::flush;
  bar_ = true;
}

void Progress::finish() {
  if (bar_) err_ << "\r\x1b[K" << std::flush;
  bar_ = false;
}

}  // namespace jobledger::daemon::cli
