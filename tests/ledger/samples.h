#pragma once

#include <string>
#include <vector>

#include "ledger/entry.h"

namespace jobledger::tests {

/// An entry of fixed values, each different from its default, and a name for it.
struct Sample {
  std::string name;
  ledger::Entry entry;
  bool without_more = false;  ///< its file is from before schema::Command had `more`
};

/// One for each kind of event, named as it is.
std::vector<Sample> samples_of_events();
/// One for each kind of command, refused, named `refused-` and as it is.
std::vector<Sample> samples_of_refusals();
/// All of them.
std::vector<Sample> samples();

}  // namespace jobledger::tests
