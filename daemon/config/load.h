#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "daemon/config/settings.h"
#include "ledger/result.h"

namespace jobledger::daemon::config {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Where settings come from beside their defaults; what is further down goes over what is above.
struct Sources {
  std::string file;   ///< the path of a TOML file; empty: what JOBLEDGER_CONFIG names, if anything
  Pairs environment;  ///< names and values; those that do not begin with JOBLEDGER_ do not count
  Pairs flags;        ///< names of settings and values
};

struct Loaded {
  Settings settings;
  /// By the name of the setting: `default`, `file PATH:LINE`, `variable NAME` or `flag NAME`.
  std::map<std::string, std::string, std::less<>> origins;
};

/// The settings in force. An unknown key of the file or an unknown JOBLEDGER_ variable, and a value
/// out of range, are failures even where something else goes over them; so are settings that do not
/// go together. The message has one line
/// for each thing that is wrong, with where it stands and what would be right.
ledger::Result<Loaded> load(const Sources& sources);

/// The environment of this process.
Pairs process_environment();

}  // namespace jobledger::daemon::config
