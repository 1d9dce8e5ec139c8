#include <CLI/CLI.hpp>

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

/// The settings that the words of a command line name; none if they are no command line.
config::Pairs flags_in(std::string_view lines) {
  std::vector<std::string> words;
  for (Input input(lines); !input.rest().empty();) words.emplace_back(input.until('\n'));
  if (words.empty()) return {};              // to make the flags known takes most of the time
  std::reverse(words.begin(), words.end());  // as CLI11 wants them
  CLI::App app;
  config::Flags flags;
  config::add_flags(app, flags);
  try {
    app.parse(words);
  } catch (const CLI::Error&) {
    return {};
  }
  return flags.values;
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
  for (const config::Setting& setting : config::all_settings()) {
    config::Settings copy;
    require(setting.set(copy, setting.get(loaded->settings)) ||
                setting.get(loaded->settings) == setting.get({}),
            "what was set can be set", setting.name);
  }
  check_printed(*loaded);
}

}  // namespace jobledger::fuzz
