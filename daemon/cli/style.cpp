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

std::string Style::coloured_as(std::string_view status, std::string_view text) const {
  if (status == "finished" || status == "accepted") return in("32", text);
  if (status == "render:dorender" || status == "processing") return in("36", text);
  if (status == "queued" || status == "pending") return in("33", text);
  if (status == "manually_cancelled") return in("35", text);
  return in("31", text);
}

}  // namespace jobledger::daemon::cli
