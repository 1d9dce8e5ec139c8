#pragma once

#include <memory>
#include <string>
#include <vector>

#include "daemon/cli/commands.h"

namespace jobledger::daemon::cli {

/// The whole command line: every command with its options and examples. `run` and the streams of
/// `console` must outlive it; `behind` are the words behind the first -- as they are.
std::unique_ptr<CLI::App> make_program(Run& run, Console console,
                                       const std::vector<std::string>& behind = {});

/// A command that does something, by its words: `token create`.
struct Called {
  std::string name;
  const CLI::App* command;
};

/// Every command of the program that is not merely a group of others, in the order of the help.
std::vector<Called> commands_of(const CLI::App& program);

}  // namespace jobledger::daemon::cli
