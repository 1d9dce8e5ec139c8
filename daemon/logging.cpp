#include "daemon/logging.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <memory>

namespace jobledger::daemon::log {
namespace {

constexpr spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

/// The sink writes and flushes line by line under its own lock: what was logged before a crash is
/// on stderr. It is never destroyed, so that threads may log until the process is gone.
struct Output {
  Output() : logger("", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger.set_pattern("%v");  // lines come here whole and escaped
    logger.set_level(spdlog::level::info);
  }

  spdlog::logger logger;
  std::atomic<Format> format{Format::text};
};

Output& output() {
  static auto* instance = new Output;
  return *instance;
}

void write(Level level, std::string_view message, Fields fields) {
  Output& out = output();
  if (!out.logger.should_log(to_spdlog(level))) return;
  ledger::SystemClock clock;
  out.logger.log(to_spdlog(level), format_line(out.format, clock.now(), level, message,
                                               std::span(fields.begin(), fields.size())));
}

}  // namespace

void configure(Level level, Format format) {
  output().format = format;
  output().logger.set_level(to_spdlog(level));
}

void debug(std::string_view message, Fields fields) {
  write(Level::debug, message, fields);
}
void info(std::string_view message, Fields fields) {
  write(Level::info, message, fields);
}
void warn(std::string_view message, Fields fields) {
  write(Level::warn, message, fields);
}
void error(std::string_view message, Fields fields) {
  write(Level::error, message, fields);
}

}  // namespace jobledger::daemon::log
