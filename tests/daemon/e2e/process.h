#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace jobledger::daemon::e2e {

using Words = std::vector<std::string>;
using Variables = std::vector<std::pair<std::string, std::string>>;

/// The program, run as a child. It gets the environment of the tests, without any JOBLEDGER_
/// variable but those that are given.
class Process {
 public:
  /// What it says on stderr goes into the file `err_path`.
  Process(const Words& arguments, const std::string& err_path, const Variables& variables = {});
  /// One that still runs is killed.
  ~Process();
  Process(const Process&) = delete;

  /// The next line on stdout, without its end; empty if it ended instead.
  std::string read_line();
  std::string read_rest();
  void signal(int number);
  /// How much memory it has had at most so far, in bytes.
  std::uint64_t peak_memory() const;
  /// Its words, as everybody on the machine can see them.
  std::string command_line() const;
  /// Whether nobody has waited for its end yet.
  bool runs() const { return pid_ > 0; }
  /// Waits for its end: the exit code, or 128 and the signal that ended it.
  int wait();

 private:
  bool receive();

  pid_t pid_ = -1;
  int out_ = -1;
  std::string read_;
};

struct Finished {
  int code = -1;
  std::string out;
  std::string err;
};

/// Runs the program to its end.
Finished run_program(const Words& arguments, const Variables& variables = {});

std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& text);

}  // namespace jobledger::daemon::e2e
