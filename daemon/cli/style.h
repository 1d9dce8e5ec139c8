#pragma once

#include <string>
#include <string_view>

namespace jobledger::daemon::cli {

/// Colours for a terminal, or none.
class Style {
 public:
  explicit Style(bool coloured) : coloured_(coloured) {}
  /// Coloured if standard output is a terminal and NO_COLOR is not set.
  static Style of_output();

  std::string strong(std::string_view text) const { return in("1", text); }
  std::string faint(std::string_view text) const { return in("2", text); }
  /// A status of a job, or the outcome of a command, in a colour of its own.
  std::string status(std::string_view name) const { return coloured_as(name, name); }
  /// A text in the colour of a status.
  std::string coloured_as(std::string_view status, std::string_view text) const;

 private:
  std::string in(std::string_view code, std::string_view text) const;

  bool coloured_;
};

}  // namespace jobledger::daemon::cli
