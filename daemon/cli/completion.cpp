#include <CLI/App.hpp>
#include <memory>
#include <ostream>

#include "daemon/cli/commands.h"
#include "daemon/cli/shell_completion.h"

namespace jobledger::daemon::cli {

void add_completion(CLI::App& app, Run& run, Console console) {
  CLI::App* command =
      app.add_subcommand("completion", "Print a script that completes commands in a shell");
  auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "Which")->required()->check(CLI::IsMember({"bash", "zsh"}));
  command->callback([&app, &run, shell, console] {
    run = [&app, shell, console] {
      console.out << (*shell == "bash" ? bash_completion(app) : zsh_completion(app));
      return kDone;
    };
  });
}

}  // namespace jobledger::daemon::cli
