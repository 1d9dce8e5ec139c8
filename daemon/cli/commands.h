#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace jobledger::daemon::cli {

/// Exit codes of the program (contract, part 5).
inline constexpr int kDone = 0;
inline constexpr int kNo = 1;  ///< the answer is no: a check failed
inline constexpr int kWrongUsage = 2;
inline constexpr int kCouldNot = 3;

/// Where a command puts its answer and its complaints.
struct Console {
  std::ostream& out;
  std::ostream& err;
};

/// What to run once the command line is parsed; set by the command that was chosen.
using Run = std::function<int()>;

// One file each. The option values live as long as the returned application.
void add_audit(CLI::App& app, Run& run, Console console);
void add_backup(CLI::App& app, Run& run, Console console);
void add_batch(CLI::App& app, Run& run, Console console);
void add_batches(CLI::App& app, Run& run, Console console);
void add_cancel(CLI::App& app, Run& run, Console console);
void add_completion(CLI::App& app, Run& run, Console console);
void add_explain(CLI::App& app, Run& run, Console console);
void add_export(CLI::App& app, Run& run, Console console);
void add_history(CLI::App& app, Run& run, Console console);
void add_import(CLI::App& app, Run& run, Console console);
void add_job(CLI::App& app, Run& run, Console console);
void add_jobs(CLI::App& app, Run& run, Console console);
void add_key(CLI::App& app, Run& run, Console console);
void add_man(CLI::App& app, Run& run, Console console);
void add_rebuild(CLI::App& app, Run& run, Console console);
void add_receipt(CLI::App& app, Run& run, Console console);
void add_repair(CLI::App& app, Run& run, Console console);
void add_replay(CLI::App& app, Run& run, Console console);
void add_restore(CLI::App& app, Run& run, Console console);
void add_serve(CLI::App& app, Run& run, Console console);
void add_tail(CLI::App& app, Run& run, Console console);
void add_token(CLI::App& app, Run& run, Console console);
void add_tree(CLI::App& app, Run& run, Console console);
void add_undo(CLI::App& app, Run& run, Console console);
void add_verify(CLI::App& app, Run& run, Console console);
/// `behind` are the words behind the first -- of the command line, as they are.
void add_worker(CLI::App& app, Run& run, Console console, const std::vector<std::string>& behind);

/// The program: `jobledger COMMAND …`. Gives the exit code.
int run(int argc, const char* const* argv, Console console);

}  // namespace jobledger::daemon::cli
