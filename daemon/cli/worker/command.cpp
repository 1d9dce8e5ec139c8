#include "daemon/cli/worker/command.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <utility>

namespace jobledger::daemon::cli::worker {
namespace {

constexpr int kReports = 3;  ///< the command's descriptor for what it tells
/// Ours are above those that the command gets, so that none is in the way of another.
constexpr int kFirstOfOurs = 10;

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int low) {
    if (low < 0) return;
    fd_ = fcntl(low, F_DUPFD_CLOEXEC, kFirstOfOurs);
    ::close(low);
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  void close() { Descriptor(std::move(*this)); }

 private:
  int fd_ = -1;
};

struct Pipe {
  Descriptor read;
  Descriptor write;

  static Pipe make() {
    int ends[2] = {-1, -1};
    if (pipe2(ends, O_CLOEXEC) != 0) return {};
    return {Descriptor(ends[0]), Descriptor(ends[1])};
  }
};

/// A file without a name that holds the text, at its beginning.
Descriptor file_of(std::string_view text) {
  Descriptor file(memfd_create("payload", MFD_CLOEXEC));
  while (file.get() >= 0 && !text.empty()) {
    ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return {};
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (file.get() >= 0) lseek(file.get(), 0, SEEK_SET);
  return file;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// The child's side: becomes the command, or tells `failed` why not. Nothing here may allocate.
[[noreturn]] void become(char** words, char** environment, int input, int said, int told,
                         int failed, pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  sigemptyset(&none);
  for (int signal : {SIGINT, SIGTERM, SIGPIPE}) ::signal(signal, SIG_DFL);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  dup2(input, STDIN_FILENO);
  dup2(STDERR_FILENO, STDOUT_FILENO);
  dup2(said, STDERR_FILENO);
  dup2(told, kReports);
  close_range(kReports + 1, UINT_MAX, CLOSE_RANGE_CLOEXEC);
  if (getppid() == parent) execvpe(words[0], words, environment);
  int why = errno;
  [[maybe_unused]] ssize_t written = ::write(failed, &why, sizeof why);
  _exit(127);
}

/// Reads what is there; closes the descriptor at its end.
std::string read_some(int& fd) {
  std::string text;
  std::array<char, 16384> bytes;
  while (fd >= 0) {
    ssize_t count = ::read(fd, bytes.data(), bytes.size());
    if (count > 0) {
      text.append(bytes.data(), static_cast<std::size_t>(count));
      if (text.size() > 1'000'000) break;  // the rest comes with the next look
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
      ::close(std::exchange(fd, -1));
    } else if (errno == EAGAIN) {
      break;
    }
  }
  return text;
}

ledger::Failure failure(const std::string& what, int why) {
  return {what + ": " + std::strerror(why)};
}

}  // namespace

std::string Ending::text() const {
  if (WIFEXITED(status)) return "exit " + std::to_string(WEXITSTATUS(status));
  int signal = WTERMSIG(status);
  return "ended by signal " + std::to_string(signal) + " (" + strsignal(signal) + ")";
}

ledger::Result<std::unique_ptr<Command>> Command::start(const std::vector<std::string>& words,
                                                        std::vector<std::string> environment,
                                                        std::string_view payload) {
  Descriptor input = file_of(payload);
  Pipe said = Pipe::make();
  Pipe told = Pipe::make();
  Pipe failed = Pipe::make();
  if (input.get() < 0 || said.write.get() < 0 || told.write.get() < 0 || failed.write.get() < 0) {
    return failure("cannot run " + words[0], errno);
  }
  std::vector<std::string> copies = words;
  std::vector<char*> arguments = pointers_to(copies);
  std::vector<char*> variables = pointers_to(environment);
  pid_t parent = getpid();
  pid_t pid = fork();
  if (pid < 0) return failure("cannot run " + words[0], errno);
  if (pid == 0) {
    become(arguments.data(), variables.data(), input.get(), said.write.get(), told.write.get(),
           failed.write.get(), parent);
  }
  setpgid(pid, pid);  // whoever of both comes first
  failed.write.close();
  int why = 0;
  if (::read(failed.read.get(), &why, sizeof why) == sizeof why) {
    waitpid(pid, nullptr, 0);
    return failure("cannot run " + words[0], why);
  }
  std::unique_ptr<Command> command(new Command);
  command->pid_ = pid;
  command->process_ = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  command->said_ = said.read.release();
  command->told_ = told.read.release();
  for (int fd : {command->said_, command->told_}) fcntl(fd, F_SETFL, O_NONBLOCK);
  if (command->process_ < 0) return failure("cannot watch " + words[0], errno);
  return command;
}

Command::~Command() {
  if (pid_ > 0) {
    ::kill(-pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  for (int fd : {process_, said_, told_}) {
    if (fd >= 0) ::close(fd);
  }
}

void Command::terminate() {
  doomed_ = true;
  if (pid_ > 0) ::kill(-pid_, SIGTERM);
}

void Command::kill() {
  doomed_ = true;
  if (pid_ > 0) ::kill(-pid_, SIGKILL);
}

std::vector<int> Command::descriptors() const {
  std::vector<int> open;
  for (int fd : {process_, said_, told_}) {
    if (fd >= 0) open.push_back(fd);
  }
  return open;
}

void Command::take_ending() {
  siginfo_t info{};
  if (pid_ <= 0 ||
      waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
      info.si_pid == 0) {
    return;
  }
  // Its group cannot be another's as long as nobody has waited for it.
  if (doomed_) ::kill(-pid_, SIGKILL);
  Ending ending;
  waitpid(std::exchange(pid_, -1), &ending.status, 0);
  ending_ = ending;
}

void Command::read(const std::function<void(std::string_view)>& echo,
                   const std::function<void(std::string_view)>& wrong) {
  take_ending();  // first, so that all that it said before is there
  if (std::string said = read_some(said_); !said.empty()) {
    complaints.feed(said);
    echo(said);
  }
  for (const std::string& each : reports.feed(read_some(told_))) wrong(each);
  if (!ending_) return;
  for (const std::string& each : reports.end()) wrong(each);
}

bool can_run(const std::string& name) {
  if (name.find('/') != name.npos) return access(name.c_str(), X_OK) == 0;
  const char* path = std::getenv("PATH");
  std::istringstream folders(path ? path : "/bin:/usr/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::string file = (folder.empty() ? "." : folder) + "/" + name;
    if (access(file.c_str(), X_OK) == 0) return true;
  }
  return false;
}

}  // namespace jobledger::daemon::cli::worker
