#include "daemon/metrics/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>

#include "daemon/version.h"

namespace jobledger::daemon::metrics {
namespace {

/// What proc_pid_stat(5) tells: counted from 1 there, and the second may have spaces in it.
struct Stat {
  double cpu_seconds = 0;
  double threads = 0;
  double start_ticks = 0;  ///< since the machine was started
  double virtual_bytes = 0;
  double resident_pages = 0;
};

Stat read_stat() {
  std::ifstream file("/proc/self/stat");
  std::string text(std::istreambuf_iterator<char>(file), {});
  std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 2)));
  Stat stat;
  std::string field;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  for (int number = 3; fields >> field; ++number) {
    if (number == 14 || number == 15) stat.cpu_seconds += std::stod(field) / ticks;
    if (number == 20) stat.threads = std::stod(field);
    if (number == 22) stat.start_ticks = std::stod(field);
    if (number == 23) stat.virtual_bytes = std::stod(field);
    if (number == 24) stat.resident_pages = std::stod(field);
  }
  return stat;
}

/// When the machine was started, in seconds since the epoch.
double boot_time() {
  std::ifstream file("/proc/stat");
  std::string word;
  double seconds = 0;
  while (file >> word) {
    if (word == "btime" && file >> seconds) break;
  }
  return seconds;
}

double open_files() {
  std::error_code error;
  auto all = std::filesystem::directory_iterator("/proc/self/fd", error);
  if (error) return 0;
  return static_cast<double>(std::distance(begin(all), end(all))) - 1;  // but for this look itself
}

double most_open_files() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

void sample_process(Samples& samples) {
  const Stat stat = read_stat();
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  samples.counter("process_cpu_seconds_total", "Time of the processors, of user and system.",
                  stat.cpu_seconds);
  samples.gauge("process_resident_memory_bytes", "Memory that is in use.",
                stat.resident_pages * page);
  samples.gauge("process_virtual_memory_bytes", "Addresses that are in use.", stat.virtual_bytes);
  samples.gauge("process_open_fds", "Open files and connections.", open_files());
  samples.gauge("process_max_fds", "How many may be open.", most_open_files());
  samples.gauge("process_threads", "Threads.", stat.threads);
  samples.gauge("process_start_time_seconds", "When the process began, since the epoch.",
                boot_time() + stat.start_ticks / ticks);
  samples.gauge("jobledger_build_info", "1, with the version of the program.", 1,
                {"version", kVersion});
}

}  // namespace jobledger::daemon::metrics
