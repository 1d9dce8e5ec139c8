#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "daemon/config/table.h"
#include "ledger/result.h"

namespace jobledger::daemon::config {

/// One key of a TOML file, whatever it is.
struct FileKey {
  std::string name;  ///< the dotted path; a part that holds a dot itself stands in quotes
  std::size_t line = 0;
  bool is_group = false;              ///< a table; its keys follow as keys of their own
  std::optional<Setting::Kind> kind;  ///< none for a type that no setting has
  std::string text;                   ///< the value as text, if there is a kind
};

/// The keys of a TOML 1.0.0 file, by line. The failure names the file and the line.
ledger::Result<std::vector<FileKey>> read_toml_file(const std::string& path);

}  // namespace jobledger::daemon::config
