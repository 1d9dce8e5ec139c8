#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jobledger::projections {

/// The words of a text as they are searched for: runs of letters, digits and bytes beyond ASCII,
/// the letters of ASCII in lower case. Of a longer word the first 32 bytes stand for it.
std::vector<std::string> words_of(std::string_view text);

}  // namespace jobledger::projections
