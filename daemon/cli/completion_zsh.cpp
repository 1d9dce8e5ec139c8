#include <CLI/App.hpp>
#include <algorithm>

#include "daemon/cli/option_shape.h"
#include "daemon/cli/shell_completion.h"

namespace jobledger::daemon::cli {
namespace {

/// A text within single quotes of a specification for _arguments or _describe.
std::string escaped(std::string_view text, std::string_view specials) {
  std::string out;
  for (char c : text) {
    if (c == '\'') {
      out += "'\\''";
      continue;
    }
    if (c == '\\' || specials.find(c) != specials.npos) out += '\\';
    out += c;
  }
  return out;
}

/// What completes a value: `:LABEL:ACTION`.
std::string action_of(const OptionShape& shape) {
  std::string text = ":" + escaped(shape.label, ":") + ":";
  if (shape.is_file) return text + "_files";
  if (shape.is_directory) return text + "_files -/";
  if (shape.choices.empty()) return text + " ";
  std::string choices;
  for (const std::string& choice : shape.choices) {
    choices += (choices.empty() ? "" : " ") + escaped(choice, ":");
  }
  return text + (shape.has_commas ? "_sequence compadd - " + choices : "(" + choices + ")");
}

std::string function_of(const std::string& name) {
  std::string function = "_jobledger";
  if (!name.empty()) function += '_' + name;
  std::replace(function.begin(), function.end(), ' ', '_');
  return function;
}

/// The specifications of a command's options, a line each.
std::string options_text(const CLI::App& command) {
  std::string text;
  for (const OptionShape& option : options_of(command)) {
    for (const std::string& name : option.names) {
      text += "    '";
      if (option.repeats) text += '*';
      text += name;
      if (option.takes_value) text += name.starts_with("--") ? "=" : "+";
      text += '[' + escaped(option.help, "[]:") + ']';
      if (option.takes_value) text += action_of(option);
      text += "' \\\n";
    }
  }
  return text;
}

std::string leaf_text(const std::string& name, const CLI::App& command) {
  std::string text = function_of(name) + "() {\n  _arguments -S \\\n" + options_text(command);
  int place = 0;
  for (const OptionShape& word : words_of(command)) {
    // The command of a worker, and its arguments, are completed as they would be by themselves.
    bool is_command = word.label.starts_with("--");
    std::string spec = is_command     ? "*::command: _normal"
                       : word.repeats ? "*" + action_of(word)
                                      : std::to_string(++place) + action_of(word);
    text += "    '" + spec + "' \\\n";
  }
  return text + "    && return\n}\n\n";
}

std::string group_text(const std::string& name, const CLI::App& command) {
  std::string commands;
  std::string cases;
  for (const CLI::App* each : command.get_subcommands([](const CLI::App*) { return true; })) {
    const std::string& word = each->get_name();
    commands += "    '" + word + ':' + escaped(each->get_description(), "") + "'\n";
    cases +=
        "        " + word + ") " + function_of(name.empty() ? word : name + ' ' + word) + " ;;\n";
  }
  return function_of(name) +
         "() {\n  local context state state_descr line\n  typeset -A opt_args\n"
         "  local -a commands=(\n" +
         commands + "  )\n  _arguments -C \\\n" + options_text(command) +
         "    '1: :->command' \\\n    '*:: :->arguments' && return\n"
         "  case $state in\n    command) _describe -t commands command commands ;;\n"
         "    arguments)\n      case $line[1] in\n" +
         cases + "      esac ;;\n  esac\n}\n\n";
}

void add(const CLI::App& command, const std::string& name, std::string& text) {
  auto below = command.get_subcommands([](const CLI::App*) { return true; });
  text += below.empty() ? leaf_text(name, command) : group_text(name, command);
  for (const CLI::App* each : below) {
    add(*each, name.empty() ? each->get_name() : name + ' ' + each->get_name(), text);
  }
}

}  // namespace

std::string zsh_completion(const CLI::App& program) {
  std::string text =
      "#compdef jobledger\n"
      "# Completion of jobledger for zsh; `jobledger completion zsh` writes it.\n\n";
  add(program, "", text);
  return text +
         "if [[ $funcstack[1] == _jobledger ]]; then\n  _jobledger \"$@\"\n"
         "else\n  compdef _jobledger jobledger\nfi\n";
}

}  // namespace jobledger::daemon::cli
