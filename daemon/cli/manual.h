#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace jobledger::daemon::cli {

/// What is written by hand about a command; all else is told by its options.
struct ManualText {
  std::string_view command;      ///< its words: `token create`
  std::string_view description;  ///< paragraphs, with an empty line between
  std::string_view examples;     ///< lines of shell
};

/// Null if there is none.
const ManualText* manual_text(std::string_view command);

std::vector<std::string> lines_of(std::string_view text);

/// The page of a command for man(1), as roff; of the program itself for an empty name. `program`
/// must have the command.
std::string manual_page(const CLI::App& program, const std::string& command);

/// `jobledger-token-create.1`.
std::string manual_file(const std::string& command);

}  // namespace jobledger::daemon::cli
