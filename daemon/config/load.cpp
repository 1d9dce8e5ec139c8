#include "daemon/config/load.h"

#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "daemon/config/table.h"
#include "daemon/config/toml_file.h"
#include "ledger/assert.h"

namespace jobledger::daemon::config {
namespace {

using ledger::Failure;
using ledger::Result;

constexpr std::string_view kPrefix = "JOBLEDGER_";
constexpr std::string_view kConfigVariable = "JOBLEDGER_CONFIG";

/// Variables that are no settings: they belong to the command line.
bool is_of_the_command_line(std::string_view variable) {
  constexpr std::string_view kVariables[] = {kConfigVariable,         "JOBLEDGER_URL",
                                             "JOBLEDGER_TOKEN",       "JOBLEDGER_CA",
                                             "JOBLEDGER_CLIENT_CERT", "JOBLEDGER_CLIENT_KEY"};
  return std::find(std::begin(kVariables), std::end(kVariables), variable) != std::end(kVariables);
}

const Setting* find_by_variable(std::string_view variable) {
  for (const Setting& setting : all_settings()) {
    if (variable_name(setting) == variable) return &setting;
  }
  return nullptr;
}

bool is_group(std::string_view name) {
  const auto& settings = all_settings();
  return std::any_of(settings.begin(), settings.end(),
                     [&](const Setting& setting) { return group_of(setting) == name; });
}

/// Collects the values, and the lines of complaint.
class Loader {
 public:
  Loader() {
    for (const Setting& setting : all_settings()) loaded_.origins[setting.name] = "default";
  }

  void take_file(const std::string& path) {
    auto keys = read_toml_file(path);
    if (!keys) return complain(keys.error().message);
    for (const FileKey& key : *keys) take_file_key(path + ":" + std::to_string(key.line), key);
  }

  void take_environment(const Pairs& environment) {
    for (const auto& [variable, value] : environment) {
      if (!variable.starts_with(kPrefix) || is_of_the_command_line(variable)) continue;
      if (const Setting* setting = find_by_variable(variable)) {
        assign(*setting, value, "variable " + variable);
      } else {
        complain("variable " + variable + ": there is no such setting; unset it, or see --help");
      }
    }
  }

  void take_flags(const Pairs& flags) {
    for (const auto& [name, value] : flags) {
      const Setting* setting = find_setting(name);
      JL_ASSERT(setting);
      assign(*setting, value, "flag " + flag_name(*setting));
    }
  }

  Result<Loaded> result() && {
    if (complaints_.empty()) complaints_ = misfits_in(loaded_.settings);
    if (!complaints_.empty()) return Failure{complaints_};
    return std::move(loaded_);
  }

 private:
  void take_file_key(const std::string& place, const FileKey& key) {
    if (key.is_group) {
      if (is_group(key.name)) return;
    } else if (const Setting* setting = find_setting(key.name)) {
      if (key.kind == setting->kind) return assign(*setting, key.text, "file " + place);
      return complain(place + ": " + key.name + " must be " + setting->allowed +
                      (setting->kind == Setting::Kind::text ? ", in quotes" : ", without quotes"));
    }
    complain(place + ": " + key.name + ": there is no such setting; remove it, or see --help");
  }

  void assign(const Setting& setting, std::string_view value, const std::string& origin) {
    if (setting.set(loaded_.settings, value)) {
      loaded_.origins[setting.name] = origin;
    } else {
      complain(origin + ": " + setting.name + " must be " + setting.allowed + ", not \"" +
               std::string(value) + '"');
    }
  }

  void complain(const std::string& line) {
    complaints_ += (complaints_.empty() ? "" : "\n") + line;
  }

  Loaded loaded_;
  std::string complaints_;
};

/// The flag, or else the variable.
std::string config_file(const Sources& sources) {
  if (!sources.file.empty()) return sources.file;
  for (const auto& [variable, value] : sources.environment) {
    if (variable == kConfigVariable) return value;
  }
  return "";
}

}  // namespace

Result<Loaded> load(const Sources& sources) {
  Loader loader;
  if (std::string file = config_file(sources); !file.empty()) loader.take_file(file);
  loader.take_environment(sources.environment);
  loader.take_flags(sources.flags);
  return std::move(loader).result();
}

Pairs process_environment() {
  Pairs pairs;
  for (char** variable = environ; *variable; ++variable) {
    std::string_view text(*variable);
    std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    pairs.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return pairs;
}

}  // namespace jobledger::daemon::config
