#include "daemon/cli/apart.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>

#include "daemon/cli/commands.h"

namespace jobledger::daemon::cli {
namespace {

void flush() {
  std::cout.flush();
  std::cerr.flush();
  std::fflush(nullptr);
}

int run_here(const std::function<int()>& work) {
  int code = kCouldNot;
  try {
    code = work();
  } catch (const std::exception& error) {
    std::cerr << "jobledger: " << error.what() << '\n';
  }
  flush();
  return code;
}

}  // namespace

std::optional<int> run_apart(const std::function<int()>& work, std::string& died_of) {
  flush();
  pid_t child = fork();
  if (child < 0) return work();  // no room for another process: then without the guard
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    _exit(run_here(work));
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  died_of = strsignal(WTERMSIG(status));
  return std::nullopt;
}

}  // namespace jobledger::daemon::cli
