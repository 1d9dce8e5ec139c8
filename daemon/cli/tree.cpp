#include <CLI/App.hpp>
#include <memory>
#include <ostream>

#include "daemon/cli/commands.h"
#include "daemon/cli/job_tree_text.h"
#include "daemon/cli/query_text.h"
#include "daemon/cli/remote.h"
#include "daemon/cli/show.h"

namespace jobledger::daemon::cli {
namespace {

struct Options {
  Remote remote;
  std::string job;
  std::string as_of;
  bool dot = false;
  bool json = false;
};

int show_tree(const Options& options, Console console) {
  Ask ask{"/ledger/v1/jobs/" + options.job + "/tree" +
          query_text({{options.dot ? "format" : "causes", options.dot ? "dot" : "true"},
                      {"asOf", options.as_of}})};
  if (!options.dot) {
    return show(options.remote, ask, options.json, console, [&](const json::Value& answer) {
      return job_tree_text(answer, options.job, Screen::of_output());
    });
  }
  int exit_code = kDone;
  auto answer = ask_daemon(options.remote, ask, console, exit_code);
  if (!answer) return exit_code;
  console.out << answer->body;
  return kDone;
}

}  // namespace

void add_tree(CLI::App& app, Run& run, Console console) {
  CLI::App* command = app.add_subcommand(
      "tree", "Draw the tree that a job is in, and what cascades did to each job of it");
  auto options = std::make_shared<Options>();
  add_remote_options(command, options->remote);
  command->add_option("job", options->job, "The id of any job of it")
      ->required()
      ->check(not_an_id)
      ->type_name("ID");
  command->add_option("--as-of", options->as_of, "As it was at a version, or at an RFC 3339 time");
  command->add_flag("--dot", options->dot, "As a drawing for Graphviz, on standard output");
  command->add_flag("--json", options->json, "For programs")->excludes("--dot");
  command->callback([&run, options, console] {
    run = [options, console] { return show_tree(*options, console); };
  });
}

}  // namespace jobledger::daemon::cli
