#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/command.h"

namespace jobledger::tests {

/// Words between spaces.
std::vector<std::string> words_of(std::string_view text);
/// Parts between `separator`, without the spaces around them.
std::vector<std::string> parts_of(std::string_view text, char separator);

/// Trees of jobs as text: `p(a b(c))` is a job p with the children a and b, and c below b.
///
/// After a name may come its tags and its priority: `p#red,blue!7(a)`. Nothing is inherited. The
/// text is the body of the request: the body of a job is its part of it, children included, and
/// its template id is its name.
///
/// `offset` is where `text` begins in the body.
std::vector<ledger::JobSpec> read_forest(std::string_view text, std::size_t offset = 0);

/// The names of the jobs of a forest in the order of their creation: breadth first.
std::vector<std::string> names_in_order(const std::vector<const ledger::JobSpec*>& roots,
                                        std::string_view body);

}  // namespace jobledger::tests
