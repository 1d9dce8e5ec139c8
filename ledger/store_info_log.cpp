#include <rocksdb/env.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <ctime>
#include <mutex>

#include "ledger/store_detail.h"

namespace jobledger::ledger {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

/// What RocksDB tells of itself, a line each, as far as the disk has room for it. Its own logger
/// ends the process at the next line after one that could not be written.
class InfoLog final : public rocksdb::Logger {
 public:
  explicit InfoLog(File file) : file_(std::move(file)) {}

  using Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    if (!file_) return;
    std::lock_guard lock(mutex_);
    std::fprintf(file_.get(), "%s ", now().data());
    std::vfprintf(file_.get(), format, arguments);
    std::fputc('\n', file_.get());
    std::fflush(file_.get());
    std::clearerr(file_.get());
  }

 private:
  static std::array<char, 32> now() {
    const std::time_t seconds = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
  }

  std::mutex mutex_;
  File file_;
};

}  // namespace

std::shared_ptr<rocksdb::Logger> open_info_log(const std::string& path) {
  return std::make_shared<InfoLog>(File(std::fopen(path.c_str(), "we"), std::fclose));
}

}  // namespace jobledger::ledger
