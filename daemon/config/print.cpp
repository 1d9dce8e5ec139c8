#include "daemon/config/print.h"

#include "daemon/config/table.h"

namespace jobledger::daemon::config {

std::string printed(const Loaded& loaded) {
  std::string out;
  for (const Setting& setting : all_settings()) {
    out += setting.name + " = " + toml_value(setting, loaded.settings) + "  # " +
           loaded.origins.find(setting.name)->second + '\n';
  }
  return out;
}

std::string sample_file() {
  const Settings defaults;
  std::string out =
      "# Settings of the daemon. A flag goes over the environment, which goes over this file.\n";
  std::string_view group;
  for (const Setting& setting : all_settings()) {
    if (group_of(setting) != group) {
      group = group_of(setting);
      out += "\n[" + std::string(group) + "]\n";
    }
    std::string key = group.empty() ? setting.name : setting.name.substr(group.size() + 1);
    out += "\n# " + setting.help + "\n# " + setting.allowed + "; " + variable_name(setting) + ", " +
           flag_name(setting) + "\n#" + key + " = " + toml_value(setting, defaults) + '\n';
  }
  return out;
}

}  // namespace jobledger::daemon::config
