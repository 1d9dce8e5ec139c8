#pragma once

#include <string>
#include <string_view>

#include "ledger/command.h"
#include "tests/support/names.h"

namespace jobledger::tests {

/// The command of a line (see LedgerFixture), with the body it comes with. Throws if it is none.
ledger::Submission read_command(std::string_view line, const Names& names);

}  // namespace jobledger::tests
