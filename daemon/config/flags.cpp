#include "daemon/config/flags.h"

#include <CLI/CLI.hpp>
#include <ostream>

#include "daemon/config/print.h"
#include "daemon/config/table.h"
#include "ledger/assert.h"

namespace jobledger::daemon::config {
namespace {

std::string help_of(const Setting& setting) {
  std::string standard = setting.get(Settings{});
  return setting.help + "; " + setting.allowed +
         " (default: " + (standard.empty() ? "empty" : standard) + ")";
}

/// Words to choose from as CLI11 shows them, `{a,b}`; else what kind of value it is.
std::string type_of(const Setting& setting) {
  constexpr std::string_view kChoice = "one of ";
  if (setting.allowed.starts_with(kChoice)) {
    std::string words = setting.allowed.substr(kChoice.size());
    std::erase(words, ' ');
    return "{" + words + "}";
  }
  if (setting.allowed.starts_with("the path of a directory")) return "DIR";
  if (setting.allowed.starts_with("the path of a file")) return "FILE";
  return setting.kind == Setting::Kind::text      ? "TEXT"
         : setting.kind == Setting::Kind::integer ? "INTEGER"
                                                  : "BOOLEAN";
}

void add(CLI::App& command, Flags& flags, const Setting& setting) {
  auto keep = [&flags, name = setting.name](const std::string& value) {
    flags.values.emplace_back(name, value);
  };
  auto* option =
      command.add_option_function<std::string>(flag_name(setting), keep, help_of(setting));
  option->type_name(type_of(setting));
  if (!group_of(setting).empty()) option->group("Settings: " + std::string(group_of(setting)));
}

}  // namespace

void add_flags(CLI::App& command, Flags& flags) {
  command.add_option("--config", flags.config_file, "a TOML file of settings; or JOBLEDGER_CONFIG")
      ->type_name("FILE");
  command.add_flag("--print-config", flags.print_config,
                   "prints each setting in force and where it comes from, and does no more");
  command.add_flag("--sample-config", flags.sample_config,
                   "prints a file of settings with every default, and does no more");
  command.add_flag("--check-config", flags.check_config,
                   "checks the settings, and does no more: exit 0 if they are right, else 2");
  for (const Setting& setting : all_settings()) add(command, flags, setting);
}

void add_flag(CLI::App& command, Flags& flags, std::string_view setting) {
  const Setting* row = find_setting(setting);
  JL_ASSERT(row);
  add(command, flags, *row);
}

std::variant<Loaded, int> settle(const Flags& flags, const Pairs& environment, std::ostream& out,
                                 std::ostream& complaints) {
  if (flags.sample_config) {
    out << sample_file();
    return 0;
  }
  auto loaded = load({flags.config_file, environment, flags.values});
  if (!loaded) {
    complaints << loaded.error().message << '\n';
    return 2;
  }
  if (flags.print_config) out << printed(*loaded);
  if (flags.print_config || flags.check_config) return 0;
  return std::move(*loaded);
}

}  // namespace jobledger::daemon::config
