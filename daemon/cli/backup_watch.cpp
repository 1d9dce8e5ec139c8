#include "daemon/cli/backup_watch.h"

#include <fmt/core.h>

#include <ostream>

#include "daemon/render/one_line.h"

namespace jobledger::daemon::cli {

BackupWatch::BackupWatch(Console console) {
  watch_.begin = [this, console](const std::string& part, const std::string& unit) {
    progress_ = std::make_unique<Progress>(console.err, part, unit);
  };
  watch_.progress = [this](std::uint64_t done, std::uint64_t total) {
    if (progress_) progress_->show(done, total);
  };
  watch_.end = [this] {
    if (progress_) progress_->finish();
    progress_.reset();
  };
  watch_.note = [this, console](const std::string& note) {
    if (progress_) progress_->finish();
    console.err << render::one_line(note) << std::endl;
  };
}

std::string size_text(std::uint64_t bytes) {
  constexpr double kStep = 1024;
  double size = static_cast<double>(bytes);
  if (size < kStep) return std::to_string(bytes) + " bytes";
  for (const char* unit : {"KiB", "MiB", "GiB"}) {
    size /= kStep;
    if (size < kStep) return fmt::format("{:.1f} {}", size, unit);
  }
  return fmt::format("{:.1f} TiB", size / kStep);
}

}  // namespace jobledger::daemon::cli
