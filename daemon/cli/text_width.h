#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace jobledger::daemon::cli {

/// The columns that UTF-8 takes on a terminal: letters of East Asia two each, colours none.
std::size_t text_width(std::string_view text);

/// The front of the text that fits `columns`, with … in place of the rest; all of it if it fits.
/// The text has no colours.
std::string cut_to_width(std::string_view text, std::size_t columns);

/// The text with its spaces as line ends, where lines would else be longer than that.
std::string wrapped(std::string_view text, std::size_t columns);

}  // namespace jobledger::daemon::cli
