#pragma once

#include <string>

namespace jobledger::fuzz {

/// What the teams of a World have asked for before a fuzzer does, each over one connection: jobs,
/// nested and in batches, in every status. Ids count up, so these are always the same.
std::string beginnings_of_acme();
std::string beginnings_of_other();

}  // namespace jobledger::fuzz
