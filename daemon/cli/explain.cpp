#include <CLI/App.hpp>
#include <memory>

#include "daemon/cli/commands.h"
#include "daemon/cli/explanation_text.h"
#include "daemon/cli/query_text.h"
#include "daemon/cli/remote.h"
#include "daemon/cli/screen.h"
#include "daemon/cli/show.h"
#include "daemon/cli/text_width.h"

namespace jobledger::daemon::cli {
namespace {

struct Options {
  Remote remote;
  std::string job;
  std::string as_of;
  bool json = false;
};

int explain(const Options& options, Console console) {
  std::string path =
      "/ledger/v1/jobs/" + options.job + "/explain" + query_text({{"asOf", options.as_of}});
  return show(options.remote, {path}, options.json, console, [](const json::Value& answer) {
    Screen screen = Screen::of_output();
    std::string text = explanation_text(answer, screen.style);
    // The sentences, before the tree, are of any length.
    std::size_t tree = text.find("\n\n");
    if (!screen.is_terminal() || tree == text.npos) return text;
    return wrapped(text.substr(0, tree), screen.columns) + text.substr(tree);
  });
}

}  // namespace

void add_explain(CLI::App& app, Run& run, Console console) {
  CLI::App* command =
      app.add_subcommand("explain", "Say why a job is as it is: what caused it, who asked, why");
  auto options = std::make_shared<Options>();
  add_remote_options(command, options->remote);
  command->add_option("job", options->job, "The job's id")->required()->check(not_an_id);
  command->add_option("--as-of", options->as_of, "As it was at a version, or at an RFC 3339 time");
  command->add_flag("--json", options->json, "For programs");
  command->callback([&run, options, console] {
    run = [options, console] { return explain(*options, console); };
  });
}

}  // namespace jobledger::daemon::cli
