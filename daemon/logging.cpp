#include "daemon/logging.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

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

thread_local const OfRequest* request = nullptr;

std::span<const Field> span_of(Fields fields) {
  return {fields.begin(), fields.size()};
}

}  // namespace

OfRequest::OfRequest(std::string_view request_id, std::string_view trace_id)
    : request_id_(request_id), trace_id_(trace_id), outer_(std::exchange(request, this)) {}

OfRequest::~OfRequest() {
  request = outer_;
}

void write(Level level, std::string_view message, std::span<const Field> fields) {
  Output& out = output();
  if (!out.logger.should_log(to_spdlog(level))) return;
  std::vector<Field> all(fields.begin(), fields.end());
  if (request) {
    all.emplace_back("requestId", request->request_id_);
    if (!request->trace_id_.empty()) all.emplace_back("traceId", request->trace_id_);
  }
  ledger::SystemClock clock;
  out.logger.log(to_spdlog(level), format_line(out.format, clock.now(), level, message, all));
}

void configure(Level level, Format format) {
  output().format = format;
  output().logger.set_level(to_spdlog(level));
}

void debug(std::string_view message, Fields fields) {
  write(Level::debug, message, span_of(fields));
}
void info(std::string_view message, Fields fields) {
  write(Level::info, message, span_of(fields));
}
void warn(std::string_view message, Fields fields) {
  write(Level::warn, message, span_of(fields));
}
void error(std::string_view message, Fields fields) {
  write(Level::error, message, span_of(fields));
}

}  // namespace jobledger::daemon::log
