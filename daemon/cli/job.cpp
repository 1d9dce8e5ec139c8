#include <CLI/App.hpp>
#include <memory>

#include "daemon/cli/commands.h"
#include "daemon/cli/job_text.h"
#include "daemon/cli/query_text.h"
#include "daemon/cli/remote.h"
#include "daemon/cli/show.h"

namespace jobledger::daemon::cli {
namespace {

struct Options {
  Remote remote;
  std::string id;
  std::string as_of;
  bool json = false;
};

/// A command that shows one thing by its id: `path` is what goes before the id.
void add_shown(CLI::App* command, Run& run, Console console, const std::string& path,
               std::string (*text)(const json::Value&, const Screen&)) {
  auto options = std::make_shared<Options>();
  add_remote_options(command, options->remote);
  command->add_option("id", options->id, "Its id")->required()->check(not_an_id)->type_name("ID");
  command->add_option("--as-of", options->as_of, "As it was at a version, or at an RFC 3339 time");
  command->add_flag("--json", options->json, "For programs");
  command->callback([&run, options, console, path, text] {
    run = [options, console, path, text] {
      Ask ask{path + options->id + query_text({{"asOf", options->as_of}})};
      return show(options->remote, ask, options->json, console,
                  [&](const json::Value& answer) { return text(answer, Screen::of_output()); });
    };
  });
}

}  // namespace

void add_job(CLI::App& app, Run& run, Console console) {
  CLI::App* command = app.add_subcommand("job", "Show a job: how it stands, and since when");
  add_shown(command, run, console, "/api/v2/jobs/", job_text);
}

void add_batch(CLI::App& app, Run& run, Console console) {
  CLI::App* command = app.add_subcommand("batch", "Show a batch, and how each of its jobs stands");
  add_shown(command, run, console, "/api/v2/batches/", batch_text);
}

}  // namespace jobledger::daemon::cli
