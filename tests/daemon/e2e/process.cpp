#include "process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "tests/support/temp_dir.h"

namespace jobledger::daemon::e2e {
namespace {

constexpr std::chrono::seconds kPatience{120};

std::vector<std::string> environment_with(const Variables& variables) {
  std::vector<std::string> environment;
  for (char** each = environ; *each; ++each) {
    if (!std::string_view(*each).starts_with("JOBLEDGER_")) environment.emplace_back(*each);
  }
  for (const auto& [name, value] : variables) environment.push_back(name + "=" + value);
  return environment;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Process::Process(const Words& arguments, const std::string& err_path, const Variables& variables) {
  int pipe[2];
  if (pipe2(pipe, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err_path.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  Words words = {JOBLEDGER_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  Words environment = environment_with(variables);
  int failed = posix_spawn(&pid_, JOBLEDGER_PROGRAM, &actions, nullptr, pointers_to(words).data(),
                           pointers_to(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  out_ = pipe[0];
  if (failed) throw std::runtime_error("cannot run " JOBLEDGER_PROGRAM);
}

Process::~Process() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  if (out_ >= 0) ::close(out_);
}

bool Process::receive() {
  pollfd ready{out_, POLLIN, 0};
  auto patience = std::chrono::milliseconds(kPatience).count();
  if (::poll(&ready, 1, static_cast<int>(patience)) == 0) {
    throw std::runtime_error("the program neither writes nor ends");
  }
  char bytes[4096];
  ssize_t count = ::read(out_, bytes, sizeof bytes);
  if (count <= 0) return false;
  read_.append(bytes, static_cast<std::size_t>(count));
  return true;
}

std::string Process::read_line() {
  std::size_t end;
  while ((end = read_.find('\n')) == std::string::npos) {
    if (!receive()) return {};
  }
  std::string line = read_.substr(0, end);
  read_.erase(0, end + 1);
  return line;
}

std::string Process::read_rest() {
  while (receive()) continue;
  return std::exchange(read_, {});
}

void Process::signal(int number) {
  // -1 would be every process of the machine.
  if (pid_ <= 0) throw std::logic_error("the program has ended already");
  ::kill(pid_, number);
}

std::uint64_t Process::peak_memory() const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6)) * 1024;
  }
  throw std::runtime_error("its memory is not told");
}

std::string Process::command_line() const {
  return read_file("/proc/" + std::to_string(pid_) + "/cmdline");
}

int Process::wait() {
  auto deadline = std::chrono::steady_clock::now() + kPatience;
  int status = 0;
  while (::waitpid(pid_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("the program does not end");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));  // between two looks
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Finished run_program(const Words& arguments, const Variables& variables) {
  tests::TempDir dir;
  std::string err = dir.path() + "/err";
  Process process(arguments, err, variables);
  Finished finished;
  finished.out = process.read_rest();
  finished.code = process.wait();
  finished.err = read_file(err);
  return finished;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace jobledger::daemon::e2e
