#include "bench/daemon_process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "bench/child.h"
#include "bench/samples.h"

namespace jobledger::bench {
namespace {

std::uint64_t number_after(const std::string& path, const std::string& name) {
  std::ifstream file(path);
  std::string word;
  std::uint64_t number = 0;
  while (file >> word) {
    if (word == name && file >> number) return number;
  }
  throw std::runtime_error(path + " has no " + name);
}

std::string make_token(const std::string& program, const std::string& data_dir,
                       const std::string& log_path) {
  Child child = spawn(
      {program, "token", "create", "--data-dir", data_dir, "--team", "bench", "--name", "bench"},
      log_path);
  std::string token = first_line(child);
  waitpid(child.pid, nullptr, 0);
  if (token.empty()) throw std::runtime_error("no token was made; see " + log_path);
  return token;
}

}  // namespace

DaemonProcess::DaemonProcess(const std::string& program, const std::string& data_dir,
                             Caller& caller, const std::vector<std::string>& settings)
    : log_path_(data_dir + ".log") {
  if (caller.token.empty()) caller.token = make_token(program, data_dir, log_path_);
  std::vector<std::string> words = {program,
                                    "serve",
                                    "--data-dir",
                                    data_dir,
                                    "--listen",
                                    "127.0.0.1:0",
                                    "--limits-requests-per-second",
                                    "0"};
  words.insert(words.end(), settings.begin(), settings.end());
  auto begun = Clock::now();
  Child child = spawn(words, log_path_);
  pid_ = child.pid;
  std::string line = first_line(child);
  start_seconds_ = seconds_since(begun);
  if (!line.starts_with("listening on http://127.0.0.1:")) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    throw std::runtime_error("the daemon did not start; see " + log_path_);
  }
  port_ = static_cast<std::uint16_t>(std::stoul(line.substr(line.rfind(':') + 1)));
}

DaemonProcess::~DaemonProcess() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void DaemonProcess::stop() {
  kill(pid_, SIGTERM);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw std::runtime_error("the daemon did not end well; see " + log_path_);
  }
}

std::uint64_t DaemonProcess::resident_bytes() const {
  return 1024 * number_after("/proc/" + std::to_string(pid_) + "/status", "VmRSS:");
}

std::uint64_t DaemonProcess::peak_bytes() const {
  return 1024 * number_after("/proc/" + std::to_string(pid_) + "/status", "VmHWM:");
}

void DaemonProcess::reset_peak() const {
  std::ofstream file("/proc/" + std::to_string(pid_) + "/clear_refs");
  if (!(file << 5 << std::flush)) throw std::runtime_error("the peak of memory was not reset");
}

double DaemonProcess::cpu_seconds() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
  std::string line;
  std::getline(file, line);
  // proc(5): after the name in parentheses comes the third field; utime is the 14th, stime the
  // 15th.
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0;
  double system = 0;
  if (!(fields >> user >> system)) throw std::runtime_error("the daemon has ended");
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::vector<std::string> DaemonProcess::log_lines(const std::string& text) const {
  std::vector<std::string> lines;
  std::ifstream log(log_path_);
  for (std::string line; std::getline(log, line);) {
    if (line.find(text) != std::string::npos) lines.push_back(line);
  }
  return lines;
}

void DaemonProcess::wait_for_log(const std::string& text, double seconds) const {
  auto begun = Clock::now();
  while (seconds_since(begun) < seconds) {
    if (!log_lines(text).empty()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  throw std::runtime_error("the daemon did not log '" + text + "'; see " + log_path_);
}

std::uint64_t bytes_below(const std::string& directory) {
  std::uint64_t bytes = 0;
  for (const auto& each : std::filesystem::recursive_directory_iterator(directory)) {
    if (each.is_regular_file()) bytes += each.file_size();
  }
  return bytes;
}

}  // namespace jobledger::bench
