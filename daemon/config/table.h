#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/settings.h"

namespace jobledger::daemon::config {

/// One row of the table of settings, from which the flags, the variables, the keys of the file,
/// the help and the sample file are all made.
struct Setting {
  enum class Kind { integer, text, boolean };  ///< as a TOML value

  std::string name;  ///< the dotted path of its key in the file, `limits.page_size`
  Kind kind;
  std::string allowed;  ///< in words: "an integer from 1 to 1000"
  std::string help;     ///< one line
  /// Takes the value from its text; false, and nothing changed, if it is not allowed.
  std::function<bool(Settings&, std::string_view)> set;
  /// The inverse of `set`.
  std::function<std::string(const Settings&)> get;
};

/// Every setting; those without a group first, then group by group.
const std::vector<Setting>& all_settings();

/// The row of that name, or null.
const Setting* find_setting(std::string_view name);

/// `limits` of `limits.page_size`; empty if the setting is in no group.
std::string_view group_of(const Setting& setting);

std::string flag_name(const Setting& setting);      ///< `--limits-page-size`
std::string variable_name(const Setting& setting);  ///< `JOBLEDGER_LIMITS_PAGE_SIZE`

/// The value as it stands in a TOML file: an integer bare, a text quoted and escaped (TOML 1.0.0).
std::string toml_value(const Setting& setting, const Settings& settings);

}  // namespace jobledger::daemon::config
