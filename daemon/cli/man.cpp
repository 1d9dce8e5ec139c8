#include <CLI/App.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>

#include "daemon/cli/commands.h"
#include "daemon/cli/directory.h"
#include "daemon/cli/manual.h"
#include "daemon/cli/program.h"

namespace jobledger::daemon::cli {
namespace {

struct Options {
  std::vector<std::string> command;
  std::string into;
};

int write_pages(const CLI::App& program, const std::string& folder, Console console) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::vector<std::string> commands = {""};
  for (const Called& each : commands_of(program)) commands.push_back(each.name);
  for (const std::string& command : commands) {
    std::string path = folder + '/' + manual_file(command);
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << manual_page(program, command);
    file.close();
    if (!file) return could_not({"cannot write " + path}, console);
  }
  return kDone;
}

int print_page(const CLI::App& program, const std::vector<std::string>& words, Console console) {
  std::string name;
  for (const std::string& word : words) name += (name.empty() ? "" : " ") + word;
  std::vector<Called> commands = commands_of(program);
  bool known = name.empty() || std::any_of(commands.begin(), commands.end(),
                                           [&](const Called& each) { return each.name == name; });
  if (!known) {
    console.err << "there is no command " << name << "; `jobledger --help` lists them\n";
    return kWrongUsage;
  }
  console.out << manual_page(program, name);
  return kDone;
}

}  // namespace

void add_man(CLI::App& app, Run& run, Console console) {
  CLI::App* command = app.add_subcommand("man", "Print the manual of a command, for man(1)");
  auto options = std::make_shared<Options>();
  command->add_option("command", options->command, "Its words; without any: of all");
  command->add_option("--into", options->into, "Write every page into this directory, instead")
      ->type_name("DIR");
  command->callback([&app, &run, options, console] {
    run = [&app, options, console] {
      if (!options->into.empty()) return write_pages(app, options->into, console);
      return print_page(app, options->command, console);
    };
  });
}

}  // namespace jobledger::daemon::cli
