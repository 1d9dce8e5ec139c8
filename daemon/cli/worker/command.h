#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/cli/worker/report_lines.h"
#include "ledger/result.h"

namespace jobledger::daemon::cli::worker {

/// How a command ended, as waitpid tells it.
struct Ending {
  int status = 0;

  bool well() const { return status == 0; }
  /// `exit 3`, `ended by signal 9 (Killed)`.
  std::string text() const;
};

/// A command on a job, in a process group of its own, which dies with this process. Its input is
/// the payload, a file; its output and complaints go to our stderr; what it tells on descriptor 3
/// is in `reports`.
class Command {
 public:
  /// `environment` is `NAME=value` each. A Failure says why it does not run.
  static ledger::Result<std::unique_ptr<Command>> start(const std::vector<std::string>& words,
                                                        std::vector<std::string> environment,
                                                        std::string_view payload);
  /// Kills what is left of it.
  ~Command();
  Command(const Command&) = delete;

  /// SIGTERM to its group; what is left of the group when it has ended is killed.
  void terminate();
  void kill();

  /// What to wait for.
  std::vector<int> descriptors() const;
  /// Takes what came; `echo` gets its complaints as they are, `wrong` each wrong report.
  void read(const std::function<void(std::string_view)>& echo,
            const std::function<void(std::string_view)>& wrong);
  /// Set once it has ended and all it said was read.
  std::optional<Ending> ending() const { return ending_; }

  ReportLines reports;
  LastLines complaints;

 private:
  Command() = default;
  void take_ending();

  pid_t pid_ = -1;
  int process_ = -1;  ///< a descriptor that can be read once it has ended
  int said_ = -1;     ///< its stderr
  int told_ = -1;     ///< its descriptor 3
  bool doomed_ = false;
  std::optional<Ending> ending_;
};

/// Whether a command of that name can be run: the path of a program, or a name found in PATH.
bool can_run(const std::string& name);

}  // namespace jobledger::daemon::cli::worker
