#include "bench/child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>

namespace jobledger::bench {

Child spawn(std::vector<std::string> words, const std::string& log_path) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t pid = fork();
  if (pid < 0) throw std::runtime_error("no process");
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int log = open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(ends[1], STDOUT_FILENO);
    if (log >= 0) dup2(log, STDERR_FILENO);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  close(ends[1]);
  return {pid, ends[0]};
}

std::string first_line(const Child& child) {
  std::string line;
  char byte = 0;
  while (read(child.out, &byte, 1) == 1 && byte != '\n') line += byte;
  close(child.out);
  return line;
}

std::string output_of(const std::vector<std::string>& words, const std::string& log_path) {
  Child child = spawn(words, log_path);
  std::string output;
  std::array<char, 4096> bytes;
  while (ssize_t count = read(child.out, bytes.data(), bytes.size())) {
    if (count < 0) break;
    output.append(bytes.data(), static_cast<std::size_t>(count));
  }
  close(child.out);
  int status = 0;
  waitpid(child.pid, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw std::runtime_error(words[0] + " " + words.at(1) + " did not end well; see " + log_path);
  }
  return output;
}

}  // namespace jobledger::bench
