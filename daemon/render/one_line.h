#pragma once

#include <string>

namespace jobledger::daemon::render {

/// A reason or an error may hold line ends, what moves a terminal's cursor, and what turns the
/// direction of its text; a line may not. The text is UTF-8; each such character becomes a space.
std::string one_line(std::string text);

}  // namespace jobledger::daemon::render
