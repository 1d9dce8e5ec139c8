#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "daemon/json/tape.h"

namespace jobledger::daemon::json {

struct Duplicate {
  std::uint32_t object = 0;  ///< where the object stands on the tape
  std::string_view name;
};

/// The first object with two members of one name. RFC 8259 leaves their meaning open, so two
/// readers of one stored body could see two different jobs.
std::optional<Duplicate> find_duplicate(const Tape& tape);

}  // namespace jobledger::daemon::json
