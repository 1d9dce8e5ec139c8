#include "daemon/cli/manual.h"

#include <CLI/App.hpp>
#include <algorithm>

#include "daemon/cli/option_shape.h"
#include "daemon/cli/program.h"
#include "daemon/version.h"
#include "ledger/assert.h"

namespace jobledger::daemon::cli {
namespace {

/// When the texts that are written by hand last changed.
constexpr std::string_view kDate = "2026-11-28";

/// Text as roff shows it as it is; a minus stays one that can be copied.
std::string roff(std::string_view text) {
  std::string out;
  bool line_begins = true;
  for (char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    line_begins = c == '\n';
  }
  return out;
}

std::string page_name(std::string command) {
  std::replace(command.begin(), command.end(), ' ', '-');
  return command.empty() ? "jobledger" : "jobledger-" + command;
}

/// A heading, unless there is nothing below it.
std::string section(std::string_view name, const std::string& text) {
  return text.empty() ? "" : ".SH " + std::string(name) + '\n' + text;
}

std::string paragraphs(std::string_view text) {
  std::string out;
  for (const std::string& line : lines_of(text)) {
    out += line.empty() ? ".PP\n" : roff(line) + '\n';
  }
  return out;
}

/// A term and what it means.
std::string entry(const std::string& term, const std::string& meaning) {
  return ".TP\n" + term + '\n' + roff(meaning) + '\n';
}

std::string bold(std::string_view text) {
  return "\\fB" + roff(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + roff(text) + "\\fR";
}

std::string meaning_of(const OptionShape& shape) {
  std::string text = shape.help;
  if (!shape.choices.empty()) {
    text += ": ";
    for (const std::string& choice : shape.choices) {
      text += (&choice == &shape.choices.front() ? "" : ", ") + choice;
    }
  }
  if (shape.required) text += " (must be given)";
  return text + '.';
}

std::string option_entry(const OptionShape& option) {
  std::string term;
  for (const std::string& name : option.names) term += (term.empty() ? "" : ", ") + bold(name);
  if (option.takes_value) term += ' ' + italic(option.label);
  return entry(term, meaning_of(option));
}

std::string word_term(const OptionShape& word, const std::string& name) {
  bool is_command = word.label.starts_with("--");
  return is_command ? bold("--") + ' ' + italic("COMMAND") + " [" + italic("ARGUMENT") + "]..."
                    : italic(name) + (word.repeats ? "..." : "");
}

std::vector<const CLI::Option*> positionals(const CLI::App& command) {
  return command.get_options([](const CLI::Option* option) { return option->get_positional(); });
}

std::string synopsis(const CLI::App& command, const std::string& name) {
  std::string text = bold("jobledger " + name) + " [" + italic("OPTION") + "]...";
  for (const CLI::Option* each : positionals(command)) {
    std::string term = word_term(shape_of(*each), each->get_name(true));
    bool optional = !each->get_required() && !shape_of(*each).label.starts_with("--");
    text += ' ' + (optional ? "[" + term + "]" : term);
  }
  return text + '\n';
}

std::string options_text(const CLI::App& command) {
  std::string text;
  for (const CLI::Option* each : positionals(command)) {
    OptionShape word = shape_of(*each);
    text += entry(word_term(word, each->get_name(true)), meaning_of(word));
  }
  std::string group = "Options";
  for (const OptionShape& option : options_of(command)) {
    if (option.group != group) text += ".SS " + roff(group = option.group) + '\n';
    text += option_entry(option);
  }
  return text;
}

std::string environment_text(const CLI::App& command) {
  std::string text;
  for (const OptionShape& option : options_of(command)) {
    if (option.variable.empty()) continue;
    text += entry(bold(option.variable), "Stands in for " + option.names.back() + '.');
  }
  return text + entry(bold("NO_COLOR"), "If it is set, there are no colours on a terminal either.");
}

std::string exit_status_text() {
  return entry(bold("0"), "Done.") +
         entry(bold("1"),
               "The answer is no: a check failed, or the "
               "state of the jobs does not allow it.") +
         entry(bold("2"), "Wrong usage.") +
         entry(bold("3"), "It could not be done: no answer, no right to it, an error of the disk.");
}

std::string examples_text(std::string_view examples) {
  std::string text;
  for (const std::string& line : lines_of(examples)) text += roff(line) + '\n';
  return text.empty() ? "" : ".nf\n" + text + ".fi\n";
}

std::string head(const std::string& command, const std::string& what) {
  std::string title = page_name(command);
  std::transform(title.begin(), title.end(), title.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  std::string version(kVersion);
  return ".\\\" Written by `jobledger man`.\n.TH \"" + roff(title) + "\" 1 \"" +
         std::string(kDate) + "\" \"jobledger " + version + "\" \"Job Ledger\"\n.SH NAME\n" +
         roff(page_name(command)) + " \\- " + roff(what) + '\n';
}

std::string program_page(const CLI::App& program) {
  const ManualText* text = manual_text("");
  std::string commands;
  for (const Called& each : commands_of(program)) {
    commands += entry(bold(each.name) + " \\(em see " + bold(page_name(each.name)) + "(1)",
                      each.command->get_description() + '.');
  }
  return head("", "who cancelled what, when and why") +
         section("SYNOPSIS",
                 bold("jobledger") + ' ' + italic("COMMAND") + " [" + italic("OPTION") + "]...\n") +
         section("DESCRIPTION", paragraphs(text->description)) + section("COMMANDS", commands) +
         section("OPTIONS", options_text(program)) + section("EXIT STATUS", exit_status_text()) +
         section("ENVIRONMENT", environment_text(program)) +
         section("EXAMPLES", examples_text(text->examples));
}

}  // namespace

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string manual_page(const CLI::App& program, const std::string& command) {
  if (command.empty()) return program_page(program);
  const ManualText* text = manual_text(command);
  std::vector<Called> commands = commands_of(program);
  auto found = std::find_if(commands.begin(), commands.end(),
                            [&](const Called& each) { return each.name == command; });
  JL_ASSERT(text && found != commands.end());
  const CLI::App& called = *found->command;
  return head(command, called.get_description()) + section("SYNOPSIS", synopsis(called, command)) +
         section("DESCRIPTION", paragraphs(text->description)) +
         section("OPTIONS", options_text(called)) + section("EXIT STATUS", exit_status_text()) +
         section("ENVIRONMENT", environment_text(called)) +
         section("EXAMPLES", examples_text(text->examples)) +
         section("SEE ALSO", bold("jobledger") + "(1)\n");
}

std::string manual_file(const std::string& command) {
  return page_name(command) + ".1";
}

}  // namespace jobledger::daemon::cli
