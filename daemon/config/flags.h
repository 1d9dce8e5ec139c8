#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <variant>

#include "daemon/config/load.h"

namespace CLI {
class App;
}

namespace jobledger::daemon::config {

/// What the command line said about settings. It must outlive the parsing.
struct Flags {
  std::string config_file;
  Pairs values;  ///< names of settings and values, in order
  bool print_config = false;
  bool sample_config = false;
  bool check_config = false;
};

/// Adds --config, --print-config, --sample-config, --check-config and a flag for each setting, in
/// groups, with its default and what is allowed in its help. The values are judged by `load`.
void add_flags(CLI::App& command, Flags& flags);

/// Adds the flag of one setting, for commands that need no more than that one.
void add_flag(CLI::App& command, Flags& flags, std::string_view setting);

/// After the parsing: the settings to go on with, or the exit code if there is nothing to go on
/// with: 0 after what --print-config, --sample-config or --check-config asked for, 2 after a
/// complaint on `complaints`.
std::variant<Loaded, int> settle(const Flags& flags, const Pairs& environment, std::ostream& out,
                                 std::ostream& complaints);

}  // namespace jobledger::daemon::config
