#include "daemon/cli/option_shape.h"

#include <CLI/App.hpp>

namespace jobledger::daemon::cli {
namespace {

/// CLI11 writes what an option takes as `TEXT:{a,b}`.
std::vector<std::string> choices_in(const std::string& type) {
  std::vector<std::string> choices;
  std::size_t begin = type.find('{');
  if (begin == type.npos || !type.ends_with('}')) return choices;
  std::string list = type.substr(begin + 1, type.size() - begin - 2);
  return CLI::detail::split(list, ',');
}

}  // namespace

OptionShape shape_of(const CLI::Option& option) {
  OptionShape shape;
  for (const std::string& name : option.get_snames()) shape.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) shape.names.push_back("--" + name);
  std::string type = option.get_type_name();
  shape.choices = choices_in(type);
  shape.label = type.substr(0, type.find(':'));
  if (!shape.choices.empty()) shape.label = "WORD";
  if (shape.label == "UINT" || shape.label == "INT") shape.label = "NUMBER";
  shape.help = option.get_description();
  shape.variable = option.get_envname();
  shape.group = option.get_group();
  shape.takes_value = option.get_items_expected_max() > 0;
  shape.repeats = option.get_items_expected_max() > 1;
  shape.has_commas = option.get_delimiter() == ',';
  shape.required = option.get_required();
  shape.is_file = shape.label == "FILE";
  shape.is_directory = shape.label == "DIR";
  return shape;
}

std::vector<OptionShape> options_of(const CLI::App& command) {
  std::vector<OptionShape> shapes;
  for (const CLI::Option* option : command.get_options()) {
    if (option->nonpositional()) shapes.push_back(shape_of(*option));
  }
  return shapes;
}

std::vector<OptionShape> words_of(const CLI::App& command) {
  std::vector<OptionShape> shapes;
  for (const CLI::Option* option : command.get_options()) {
    if (!option->nonpositional()) shapes.push_back(shape_of(*option));
  }
  return shapes;
}

}  // namespace jobledger::daemon::cli
