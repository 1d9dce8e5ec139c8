#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/json/value.h"

namespace jobledger::daemon::cli {

// Members of an answer, for a table or a line. Of anything but an object there are none.

/// The text of a member, a number as its digits; `absent` if it is null or not there. What a
/// terminal would obey, such as line ends, is blanked: texts come from clients.
std::string text_of(const json::Value& object, std::string_view name, std::string absent = "");
/// A member that is an object; nullopt if it is not there.
std::optional<json::Value> object_of(const json::Value& object, std::string_view name);
/// 0 if it is not there.
std::int64_t number_of(const json::Value& object, std::string_view name);
/// The objects of an array; none if there is no such member.
std::vector<json::Value> items_of(const json::Value& object, std::string_view name);
/// The actor of an entry by its name, and the person it acts for: `portal for ada@example.com`.
std::string who(const json::Value& entry);

}  // namespace jobledger::daemon::cli
