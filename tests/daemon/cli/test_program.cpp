#include <CLI/App.hpp>
#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "daemon/cli/manual.h"
#include "daemon/cli/option_shape.h"
#include "daemon/cli/program.h"
#include "daemon/cli/shell_completion.h"
#include "daemon/cli/text_width.h"

// What the program says of itself: help, manual and completion.

namespace jobledger::daemon::cli {
namespace {

struct Fixture {
  std::ostringstream out;
  std::ostringstream err;
  Run run;
  std::unique_ptr<CLI::App> program = make_program(run, {out, err});
};

std::vector<const CLI::App*> all_of(const CLI::App& command) {
  std::vector<const CLI::App*> all = {&command};
  for (const CLI::App* each : command.get_subcommands([](const CLI::App*) { return true; })) {
    auto below = all_of(*each);
    all.insert(all.end(), below.begin(), below.end());
  }
  return all;
}

std::string said(const std::vector<const char*>& words, int code = kDone) {
  std::ostringstream out;
  std::ostringstream err;
  std::vector<const char*> argv = {"jobledger"};
  argv.insert(argv.end(), words.begin(), words.end());
  CHECK(run(static_cast<int>(argv.size()), argv.data(), {out, err}) == code);
  return out.str();
}

}  // namespace

TEST_CASE_METHOD(Fixture, "every command has a description and an example that names it") {
  std::vector<Called> commands = commands_of(*program);
  CHECK(commands.size() > 20);
  for (const Called& each : commands) {
    INFO(each.name);
    const ManualText* text = manual_text(each.name);
    REQUIRE(text);
    CHECK_FALSE(text->description.empty());
    CHECK_THAT(std::string(text->examples), Catch::Contains("jobledger " + each.name));
    CHECK_THAT(each.command->help(), Catch::Contains("Examples:\n  "));
  }
}

TEST_CASE_METHOD(Fixture, "help fits 80 columns but for words that are longer") {
  for (const CLI::App* command : all_of(*program)) {
    INFO(command->get_name());
    for (const std::string& line : lines_of(command->help())) {
      bool wraps = line.starts_with("     ");  // an explanation
      if (wraps && line.find(' ', line.find_first_not_of(' ')) != line.npos) {
        CHECK(text_width(line) <= 80);
      }
    }
  }
}

TEST_CASE_METHOD(Fixture, "every manual page tells every option of its command") {
  for (const Called& each : commands_of(*program)) {
    INFO(each.name);
    std::string page = manual_page(*program, each.name);
    for (const OptionShape& option : options_of(*each.command)) {
      for (std::string name : option.names) {
        for (std::size_t at = 0; (at = name.find('-', at)) != name.npos; at += 2) {
          name.insert(at, "\\");
        }
        CHECK_THAT(page, Catch::Contains("\\fB" + name + "\\fR"));
      }
    }
    CHECK_THAT(page, Catch::Contains("\n.SH EXAMPLES\n") && Catch::Contains("\n.SH EXIT STATUS\n"));
  }
}

TEST_CASE_METHOD(Fixture, "the completions know every command and every option") {
  std::string bash = bash_completion(*program);
  std::string zsh = zsh_completion(*program);
  for (const Called& each : commands_of(*program)) {
    std::string function = "_jobledger_" + each.name;
    std::replace(function.begin(), function.end(), ' ', '_');
    CHECK_THAT(zsh, Catch::Contains("\n" + function + "() {\n"));
    CHECK_THAT(bash, Catch::Contains("    '" + each.name + " '*)\n"));
    for (const OptionShape& option : options_of(*each.command)) {
      CHECK_THAT(zsh, Catch::Contains("'" + option.names.back()) ||
                          Catch::Contains("'*" + option.names.back()));
      CHECK_THAT(bash, Catch::Contains(option.names.back()));
    }
  }
  CHECK_THAT(bash, Catch::Contains("'jobs --sort') _jobledger_reply "
                                   "'oldest_first newest_first priority random'"));
}

TEST_CASE_METHOD(Fixture,
                 "a command that has others below it is one by itself if it can be called") {
  std::vector<Called> commands = commands_of(*program);
  auto is_there = [&](const std::string& name) {
    return std::any_of(commands.begin(), commands.end(),
                       [&](const Called& each) { return each.name == name; });
  };
  CHECK(is_there("backup"));
  CHECK(is_there("backup list"));
  CHECK_FALSE(is_there("token"));
  CHECK_FALSE(is_there(""));
}

TEST_CASE("the page of a command is printed by its words, and an unknown one is wrong usage") {
  CHECK_THAT(said({"man", "worker", "run"}), Catch::Contains(".TH \"JOBLEDGER\\-WORKER\\-RUN\" 1"));
  CHECK_THAT(said({"man", "cancel"}), Catch::Contains("jobledger\\-cancel \\- Cancel jobs"));
  CHECK_THAT(said({"man"}), Catch::Contains("\\fBtoken create\\fR"));
  CHECK(said({"man", "nonsense"}, kWrongUsage).empty());
  CHECK(said({"completion", "fish"}, kWrongUsage).empty());
}

}  // namespace jobledger::daemon::cli
