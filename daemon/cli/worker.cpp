#include "daemon/cli/worker/worker.h"

#include <CLI/App.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "daemon/cli/remote.h"
#include "daemon/cli/worker/command.h"

namespace jobledger::daemon::cli {
namespace {

using worker::Options;

constexpr std::size_t kLongestName = 64;

/// Seconds as a number that CLI11 reads.
CLI::Option* add_seconds(CLI::App* command, const char* flag, std::chrono::seconds& seconds,
                         const char* help, int least, int most) {
  return command
      ->add_option_function<int>(
          flag, [&seconds](const int& value) { seconds = std::chrono::seconds(value); }, help)
      ->check(CLI::Range(least, most))
      ->type_name("SECONDS");
}

void add_options(CLI::App* command, Options& options) {
  add_remote_options(command, options.remote);
  command->add_option("--tags", options.tags, "Only jobs with any of these tags, commas between")
      ->delimiter(',')
      ->allow_extra_args(false);
  command
      ->add_option("--name", options.remote.client_name,
                   "What to call this worker: it goes before the User-Agent, for the audit")
      ->check([](const std::string& name) {
        bool prints =
            std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c <= '~'; });
        bool fits = !name.empty() && name.size() <= kLongestName;
        return prints && fits ? "" : "must be 1 to 64 ASCII characters without a space";
      });
  command->add_flag("--once", options.once,
                    "One job, and exit 0 if it finished; exit 1 if it did not, or none came");
  command->add_option("--max-jobs", options.max_jobs, "End after so many jobs")
      ->check(CLI::PositiveNumber)
      ->excludes("--once");
  add_seconds(command, "--wait", options.wait, "How long each claim waits for a job (30)", 0, 60);
  add_seconds(command, "--lease-seconds", options.lease,
              "For how long a job is ours without a heartbeat; one is sent at each third (60)", 1,
              86400);
  add_seconds(command, "--grace-seconds", options.grace,
              "Between SIGTERM and SIGKILL, when a command is to stop (10)", 0, 3600);
  command->add_flag("--pass-token", options.pass_token,
                    "Give the command the token, too, as JOBLEDGER_TOKEN");
  command->add_flag("--json", options.json, "What is done as lines of JSON");
  // Only for help: what stands behind -- does not come here.
  command->add_option("command", options.command, "Behind --: the program and its arguments")
      ->type_name("-- COMMAND [ARGUMENT]...")
      ->option_text(" ");
}

int run_worker(const Options& options, Console console) {
  if (options.command.empty()) {
    console.err << "which command? name it behind --: jobledger worker run -- ./render.sh\n";
    return kWrongUsage;
  }
  if (!worker::can_run(options.command.front())) {
    console.err << "there is no program " << options.command.front() << " that can be run\n";
    return kWrongUsage;
  }
  if (!require_remote(options.remote, console.err)) return kWrongUsage;
  return worker::run(options, console);
}

}  // namespace

void add_worker(CLI::App& app, Run& run, Console console, const std::vector<std::string>& behind) {
  CLI::App* worker = app.add_subcommand("worker", "Work on jobs");
  worker->require_subcommand(1);
  CLI::App* command =
      worker->add_subcommand("run", "Claim jobs, and run a command for each, one at a time");
  auto options = std::make_shared<Options>();
  add_options(command, *options);
  command->callback([&run, options, console, behind] {
    run = [options, console, behind] {
      // CLI11 would take words such as [a,b] apart.
      if (!behind.empty()) options->command = behind;
      return run_worker(*options, console);
    };
  });
}

}  // namespace jobledger::daemon::cli
