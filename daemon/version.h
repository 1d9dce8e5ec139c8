#pragma once

#include <string_view>

namespace jobledger::daemon {

inline constexpr std::string_view kVersion = JOBLEDGER_VERSION;

}  // namespace jobledger::daemon
