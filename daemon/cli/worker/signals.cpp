#include "daemon/cli/worker/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

namespace jobledger::daemon::cli::worker {
namespace {

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
  return set;
}

}  // namespace

Signals::Signals() {
  sigset_t set = watched();
  sigprocmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // whoever reads our lines may go; the job goes on
  fd_ = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  if (fd_ < 0) throw std::runtime_error("cannot watch for signals");
}

Signals::~Signals() {
  ::close(fd_);
}

int Signals::count() {
  signalfd_siginfo info;
  while (::read(fd_, &info, sizeof info) == sizeof info) ++count_;
  return count_;
}

}  // namespace jobledger::daemon::cli::worker
