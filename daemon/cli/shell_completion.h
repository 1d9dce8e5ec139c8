#pragma once

#include <string>

namespace CLI {
class App;
}

namespace jobledger::daemon::cli {

// Scripts that complete the words of the command line, made of the program itself: its commands,
// options, the values of those that have few, and files for those that take one.

std::string bash_completion(const CLI::App& program);
std::string zsh_completion(const CLI::App& program);

}  // namespace jobledger::daemon::cli
