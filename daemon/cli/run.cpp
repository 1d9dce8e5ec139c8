#include <CLI/App.hpp>
#include <algorithm>
#include <string_view>

#include "daemon/cli/commands.h"
#include "daemon/cli/program.h"

namespace jobledger::daemon::cli {

int run(int argc, const char* const* argv, Console console) {
  // Whatever stands behind -- is for the command of a worker, and no business of the parser.
  const char* const* end = argv + argc;
  bool works = argc > 1 && std::string_view(argv[1]) == "worker";
  auto mark = works ? std::find(argv, end, std::string_view("--")) : end;
  std::vector<std::string> behind(mark == end ? end : mark + 1, end);
  Run chosen;
  std::unique_ptr<CLI::App> program = make_program(chosen, console, behind);
  try {
    program->parse(static_cast<int>(mark - argv), argv);
  } catch (const CLI::ParseError& stop) {
    // Help and version end here, too.
    return program->exit(stop, console.out, console.err) == 0 ? kDone : kWrongUsage;
  }
  return chosen();
}

}  // namespace jobledger::daemon::cli
