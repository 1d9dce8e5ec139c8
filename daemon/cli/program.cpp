#include "daemon/cli/program.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "daemon/cli/manual.h"
#include "daemon/cli/text_width.h"
#include "daemon/version.h"
#include "ledger/assert.h"

namespace jobledger::daemon::cli {
namespace {

constexpr std::size_t kColumn = 30;  // where CLI11 begins what a word means
constexpr std::size_t kHelpWidth = 80 - kColumn;

/// Help that fits 80 columns.
class WrappedHelp : public CLI::Formatter {
 public:
  std::string make_option_desc(const CLI::Option* option) const override {
    return wrapped(CLI::Formatter::make_option_desc(option), kHelpWidth);
  }

  std::string make_subcommand(const CLI::App* command) const override {
    std::stringstream out;
    CLI::detail::format_help(out, command->get_name(),
                             wrapped(command->get_description(), kHelpWidth), kColumn);
    return out.str();
  }
};

/// Whether it can be called without a command below it.
bool does_something(const CLI::App& command) {
  return command.get_require_subcommand_min() == 0;
}

void collect(const CLI::App& command, const std::string& name, std::vector<Called>& into) {
  if (does_something(command)) into.push_back({name, &command});
  for (const CLI::App* each : command.get_subcommands([](const CLI::App*) { return true; })) {
    collect(*each, (name.empty() ? "" : name + ' ') + each->get_name(), into);
  }
}

/// Behind the help of each command: how it is used.
void add_examples(CLI::App& command, const std::string& name) {
  for (CLI::App* each : command.get_subcommands([](CLI::App*) { return true; })) {
    add_examples(*each, (name.empty() ? "" : name + ' ') + each->get_name());
  }
  if (!does_something(command)) return;
  const ManualText* text = manual_text(name);
  JL_ASSERT(text);
  std::string footer = "Examples:";
  for (const std::string& line : lines_of(text->examples)) footer += "\n  " + line;
  command.footer(footer);
}

/// Puts the commands that were added since the last group under a heading of the help.
void group(CLI::App& app, const std::string& heading) {
  static const std::string kNone = CLI::App().get_group();
  for (CLI::App* each : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (each->get_group() == kNone) each->group(heading);
  }
}

}  // namespace

std::unique_ptr<CLI::App> make_program(Run& run, Console console,
                                       const std::vector<std::string>& behind) {
  auto program =
      std::make_unique<CLI::App>("Job Ledger: who cancelled what, when and why.", "jobledger");
  CLI::App& app = *program;
  app.formatter(std::make_shared<WrappedHelp>());  // before the commands, which take it over
  app.set_version_flag("--version", std::string(kVersion), "Print the version and exit");
  app.require_subcommand(1);
  add_serve(app, run, console);
  add_token(app, run, console);
  group(app, "To begin with");
  add_jobs(app, run, console);
  add_job(app, run, console);
  add_batches(app, run, console);
  add_batch(app, run, console);
  add_tree(app, run, console);
  add_cancel(app, run, console);
  add_undo(app, run, console);
  add_worker(app, run, console, behind);
  group(app, "Jobs, of a running daemon");
  add_explain(app, run, console);
  add_history(app, run, console);
  add_audit(app, run, console);
  add_tail(app, run, console);
  group(app, "Who did what, and why, of a running daemon");
  add_verify(app, run, console);
  add_receipt(app, run, console);
  add_key(app, run, console);
  group(app, "Proofs");
  add_backup(app, run, console);
  add_restore(app, run, console);
  add_repair(app, run, console);
  add_rebuild(app, run, console);
  add_replay(app, run, console);
  add_export(app, run, console);
  add_import(app, run, console);
  group(app, "The ledger's directory");
  add_completion(app, run, console);
  add_man(app, run, console);
  group(app, "The command line");
  app.footer(
      "jobledger COMMAND --help tells its options, jobledger man COMMAND all of it.\n"
      "What asks a running daemon takes its address and a token from JOBLEDGER_URL and\n"
      "JOBLEDGER_TOKEN.\n"
      "\n"
      "A first start:\n"
      "  jobledger token create --data-dir ledger --team studio --name portal >token\n"
      "  jobledger serve --data-dir ledger\n"
      "and in another terminal:\n"
      "  export JOBLEDGER_URL=http://127.0.0.1:8080 JOBLEDGER_TOKEN=\"$(cat token)\"\n"
      "  jobledger jobs");
  add_examples(app, "");
  return program;
}

std::vector<Called> commands_of(const CLI::App& program) {
  std::vector<Called> commands;
  collect(program, "", commands);
  return commands;
}

}  // namespace jobledger::daemon::cli
