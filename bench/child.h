#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace jobledger::bench {

/// A process of this one's, which ends with it.
struct Child {
  pid_t pid;
  int out;  ///< its stdout
};

/// Runs words[0] with the others as arguments; its stderr is appended to the log.
Child spawn(std::vector<std::string> words, const std::string& log_path);

/// The first line that the child writes; empty if it ends without one. No more is read.
std::string first_line(const Child& child);

/// All that a program writes to its stdout. Throws std::runtime_error unless it exits with 0.
std::string output_of(const std::vector<std::string>& words, const std::string& log_path);

}  // namespace jobledger::bench
