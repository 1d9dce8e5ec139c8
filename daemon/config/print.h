#pragma once

#include <string>

#include "daemon/config/load.h"

namespace jobledger::daemon::config {

/// One line a setting, its value and its origin. It is a TOML file itself, so that it can be kept
/// and given to --config.
std::string printed(const Loaded& loaded);

/// A TOML file with every setting at its default, commented out under what it means.
std::string sample_file();

}  // namespace jobledger::daemon::config
