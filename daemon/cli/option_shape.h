#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace jobledger::daemon::cli {

/// What is to be known of an option, or of a word without a name, to complete or describe it.
struct OptionShape {
  std::vector<std::string> names;  ///< `-h`, `--help`; empty: a word without a name
  std::string label;               ///< of its value: `FILE`, `TEXT`, `ID`
  std::string help;
  std::string variable;  ///< of the environment that stands in for it; empty: none
  std::string group;     ///< the heading that it stands under
  bool takes_value = false;
  bool repeats = false;     ///< may be given, or its value, more than once
  bool has_commas = false;  ///< values may stand in one word, with commas between
  bool required = false;
  std::vector<std::string> choices;  ///< its values, if they are few
  bool is_file = false;
  bool is_directory = false;
};

OptionShape shape_of(const CLI::Option& option);

/// Those of a command: with names, and without.
std::vector<OptionShape> options_of(const CLI::App& command);
std::vector<OptionShape> words_of(const CLI::App& command);

}  // namespace jobledger::daemon::cli
