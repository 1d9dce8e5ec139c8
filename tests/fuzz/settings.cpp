#include <CLI/CLI.hpp>
#include <optional>

#include "daemon/config/flags.h"
#include "daemon/config/load.h"
#include "daemon/config/print.h"
#include "daemon/config/table.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/support.h"
#include "tests/fuzz/targets.h"

// Three parts with a NUL between them: a TOML file, variables (`NAME=VALUE`) and words of a command
// line, one a line.

namespace jobledger::fuzz {
namespace {

namespace config = daemon::config;

MemoryFile& file() {
  static MemoryFile file;
  return file;
}

config::Pairs variables_in(std::string_view lines) {
  config::Pairs pairs;
  for (Input input(lines); !input.rest().empty();) {
    Input line(input.until('\n'));
    std::string name(line.until('='));
    // Others say where a file is, or are none of ours.
    if (name == "JOBLEDGER_CONFIG") continue;
    pairs.emplace_back(std::move(name), line.rest());
  }
  return pairs;
}

/// A command line that knows the flags. To make them known takes longer than all the rest, and each
/// parse forgets the one before it but for the order of its flags, which nobody asks for and which
/// would grow without end: so one is used for many inputs, and not for all.
class CommandLine {
 public:
  CommandLine() { config::add_flags(app_, flags_); }

  bool is_worn() const { return parsed_ >= 1000; }

  /// The settings that the words name; none if they are no command line.
  config::Pairs settings_in(std::vector<std::string> words) {
    ++parsed_;
    flags_.values.clear();
    std::reverse(words.begin(), words.end());  // as CLI11 wants them
    try {
      app_.parse(words);
    } catch (const CLI::Error&) {
      return {};
    }
    return flags_.values;
  }

 private:
  CLI::App app_;
  config::Flags flags_;
  int parsed_ = 0;
};

config::Pairs flags_in(std::string_view lines) {
  static std::optional<CommandLine> command_line;
  std::vector<std::string> words;
  for (Input input(lines); !input.rest().empty();) words.emplace_back(input.until('\n'));
  if (words.empty()) return {};
  if (!command_line || command_line->is_worn()) command_line.emplace();
  return command_line->settings_in(std::move(words));
}

/// Each setting by itself, and all of them together, can be set to what they are.
void check_settable(const config::Settings& settings) {
  static const config::Settings defaults;
  config::Settings copy;
  for (const config::Setting& setting : config::all_settings()) {
    std::string value = setting.get(settings);
    require(setting.set(copy, value) || value == setting.get(defaults), "what was set can be set",
            setting.name);
  }
  require(copy == settings, "what was set is what is got");
}

/// What was loaded, printed, is a file that loads as the same.
void check_printed(const config::Loaded& loaded) {
  std::string printed = config::printed(loaded);
  file().set(printed);
  auto again = config::load({file().path(), {}, {}});
  require(again.has_value(), "what is printed loads", again ? "" : again.error().message + printed);
  require(again->settings == loaded.settings, "what is printed loads as the same", printed);
}

}  // namespace

void settings(std::string_view bytes) {
  Input input(bytes);
  file().set(input.until('\0'));
  config::Sources sources{file().path(), variables_in(input.until('\0')), {}};
  sources.flags = flags_in(input.until('\0'));
  auto loaded = config::load(sources);
  if (!loaded) {
    require(!loaded.error().message.empty(), "what is wrong is told");
    return;
  }
  check_settable(loaded->settings);
  check_printed(*loaded);
}

}  // namespace jobledger::fuzz
