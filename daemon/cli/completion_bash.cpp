#include <CLI/App.hpp>
#include <algorithm>

#include "daemon/cli/option_shape.h"
#include "daemon/cli/shell_completion.h"

namespace jobledger::daemon::cli {
namespace {

constexpr std::string_view kHead =
    R"(# Completion of jobledger for bash; `jobledger completion bash` writes it.

# The last word of the line, whatever bash takes for the end of a word.
_jobledger_words() {
  local line=${COMP_LINE:0:COMP_POINT}
  current=${line##*[[:space:]]}
  read -ra words <<<"${line%"$current"}"
}

# Replies with those of the words given that go on from the current one.
_jobledger_reply() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current")
}

# The same for words with commas between.
_jobledger_reply_list() {
  local before=
  [[ $current == *,* ]] && before=${current%,*},
  mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "${current##*,}")
}

_jobledger() {
  local current words command= word i option=
  COMPREPLY=()
  _jobledger_words
  for ((i = 1; i < ${#words[@]}; i++)); do
    word=${words[i]}
    if [[ $word == -- ]]; then
      if ((i + 1 == ${#words[@]})); then
        mapfile -t COMPREPLY < <(compgen -c -- "$current"; compgen -f -- "$current")
      else
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
      fi
      return
    fi
    case "$command/$word" in
)";

constexpr std::string_view kMiddle = R"(        command=${command:+$command }$word ;;
    esac
  done
  # What stands before the word, or before the = in it, may be an option that takes it.
  if [[ $current == --*=* ]]; then
    option=${current%%=*} current=${current#*=}
  elif ((${#words[@]} > 1)); then
    option=${words[-1]}
  fi
  case "$command $option" in
)";

constexpr std::string_view kTail = R"(  esac
  # Bash puts the reply in the place of what stands behind the last : alone.
  if [[ $current == *:* && $COMP_WORDBREAKS == *:* ]]; then
    local before=${current%"${current##*:}"}
    COMPREPLY=("${COMPREPLY[@]#"$before"}")
  fi
}

complete -F _jobledger jobledger
)";

std::string joined(const std::vector<std::string>& texts, const char* between) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : between) + text;
  return all;
}

/// `'WORDS'` for the shell; no word of ours has a quote.
std::string quoted(const std::string& words) {
  return "'" + words + "'";
}

/// What completes the value of an option, as shell.
std::string reply_to(const OptionShape& shape) {
  if (!shape.choices.empty()) {
    return std::string(shape.has_commas ? "_jobledger_reply_list " : "_jobledger_reply ") +
           quoted(joined(shape.choices, " "));
  }
  if (shape.is_file || shape.is_directory) {
    return std::string("compopt -o filenames; mapfile -t COMPREPLY < <(compgen ") +
           (shape.is_file ? "-f" : "-d") + " -- \"$current\")";
  }
  return ":";  // any text
}

using Commands = std::vector<std::pair<std::string, const CLI::App*>>;

void collect(const CLI::App& command, const std::string& name, Commands& commands) {
  commands.emplace_back(name, &command);
  for (const CLI::App* each : command.get_subcommands([](const CLI::App*) { return true; })) {
    collect(*each, name.empty() ? each->get_name() : name + ' ' + each->get_name(), commands);
  }
}

/// `GROUP/WORD` for each command, as patterns of a case.
std::string names_of(const Commands& commands) {
  std::vector<std::string> patterns;
  for (const auto& [name, command] : commands) {
    if (name.empty()) continue;
    std::size_t space = name.rfind(' ');
    bool nested = space != name.npos;
    patterns.push_back(
        quoted(nested ? name.substr(0, space) + '/' + name.substr(space + 1) : '/' + name));
  }
  return "      " + joined(patterns, " | \\\n      ") + ")\n";
}

/// The values of the options of a command.
std::string values_of(const std::string& name, const CLI::App& command) {
  std::string text;
  for (const OptionShape& option : options_of(command)) {
    if (!option.takes_value) continue;
    std::vector<std::string> patterns;
    for (const std::string& each : option.names) patterns.push_back(quoted(name + ' ' + each));
    text += "    " + joined(patterns, " | ") + ") " + reply_to(option) + " ;;\n";
  }
  return text;
}

/// All else that may stand there: options, commands of a group, files.
std::string others_of(const std::string& name, const CLI::App& command) {
  std::vector<std::string> words;
  for (const CLI::App* each : command.get_subcommands([](const CLI::App*) { return true; })) {
    words.push_back(each->get_name());
  }
  std::string value = words.empty() ? "" : "_jobledger_reply " + quoted(joined(words, " "));
  for (const OptionShape& word : words_of(command)) {
    if (value.empty() && reply_to(word) != ":") value = reply_to(word);
  }
  words.clear();
  for (const OptionShape& option : options_of(command)) {
    words.insert(words.end(), option.names.begin(), option.names.end());
  }
  std::string options = "_jobledger_reply " + quoted(joined(words, " "));
  std::string text = "    " + quoted(name + ' ') + "*)\n";
  if (value.empty()) return text + "      " + options + " ;;\n";
  return text + "      if [[ $current == -* ]]; then " + options + "\n      else " + value +
         "; fi ;;\n";
}

}  // namespace

std::string bash_completion(const CLI::App& program) {
  Commands commands;
  collect(program, "", commands);
  std::string text(kHead);
  text += names_of(commands) + std::string(kMiddle);
  for (const auto& [name, command] : commands) text += values_of(name, *command);
  // The longest first, since the pattern of a group fits those of its commands.
  std::stable_sort(commands.begin(), commands.end(), [](const auto& one, const auto& other) {
    return one.first.size() > other.first.size();
  });
  for (const auto& [name, command] : commands) text += others_of(name, *command);
  return text + std::string(kTail);
}

}  // namespace jobledger::daemon::cli
