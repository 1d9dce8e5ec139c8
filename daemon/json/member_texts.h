#pragma once

#include <string_view>
#include <vector>

#include "daemon/json/document.h"

namespace jobledger::daemon::json {

/// A member of an object, with its value as it stands in the text of the document.
struct MemberText {
  std::string_view name;  ///< unescaped
  Value value;
  std::string_view text;  ///< byte for byte, without white space around it
};

/// The members of the document's root, which is an object, in their order.
std::vector<MemberText> member_texts(const Document& document);

}  // namespace jobledger::daemon::json
