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
  std::vector<Leaf> leaves = leaves_of(*program);
  CHECK(leaves.size() > 20);
  for (const Leaf& leaf : leaves) {
    INFO(leaf.name);
    const ManualText* text = manual_text(leaf.name);
    REQUIRE(text);
    CHECK_FALSE(text->description.empty());
    CHECK_THAT(std::string(text->examples), Catch::Contains("jobledger " + leaf.name));
    CHECK_THAT(leaf.command->help(), Catch::Contains("Examples:\n  "));
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
  for (const Leaf& leaf : leaves_of(*program)) {
    INFO(leaf.name);
    std::string page = manual_page(*program, leaf.name);
    for (const OptionShape& option : options_of(*leaf.command)) {
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
  for (const Leaf& leaf : leaves_of(*program)) {
    std::string function = "_jobledger_" + leaf.name;
    std::replace(function.begin(), function.end(), ' ', '_');
    CHECK_THAT(zsh, Catch::Contains("\n" + function + "() {\n"));
    CHECK_THAT(bash, Catch::Contains("    '" + leaf.name + " '*)\n"));
    for (const OptionShape& option : options_of(*leaf.command)) {
      CHECK_THAT(zsh, Catch::Contains("'" + option.names.back()) ||
                          Catch::Contains("'*" + option.names.back()));
      CHECK_THAT(bash, Catch::Contains(option.names.back()));
    }
  }
  CHECK_THAT(bash, Catch::Contains("'jobs --sort') _jobledger_reply "
                                   "'oldest_first newest_first priority random'"));
}

TEST_CASE("the page of a command is printed by its words, and an unknown one is wrong usage") {
  CHECK_THAT(said({"man", "worker", "run"}), Catch::Contains(".TH \"JOBLEDGER\\-WORKER\\-RUN\" 1"));
  CHECK_THAT(said({"man", "cancel"}), Catch::Contains("jobledger\\-cancel \\- Cancel jobs"));
  CHECK_THAT(said({"man"}), Catch::Contains("\\fBtoken create\\fR"));
  CHECK(said({"man", "nonsense"}, kWrongUsage).empty());
  CHECK(said({"completion", "fish"}, kWrongUsage).empty());
}

}  // namespace jobledger::daemon::cli
