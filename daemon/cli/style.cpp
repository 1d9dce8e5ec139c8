#include "daemon/cli/style.h"

#include <unistd.h>

#include <cstdlib>

namespace jobledger::daemon::cli {

Style Style::of_output() {
  const char* no_colour = std::getenv("NO_COLOR");
  bool wanted = no_colour == nullptr || *no_colour == '\0';
  return Style(wanted && isatty(STDOUT_FILENO) == 1);
}

std::string Style::in(std::string_view code, std::string_view text) const {
  if (!coloured_) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

std::string Style::status(std::string_view name) const {
  if (name == "finished") return in("32", name);
  if (name == "render:dorender") return in("36", name);
  if (name == "queued" || name == "pending") return in("33", name);
  return in("31", name);
}

}  // namespace jobledger::daemon::cli
