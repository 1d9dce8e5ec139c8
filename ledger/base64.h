#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace jobledger::ledger {

/// Base64 with padding (RFC 4648, 4).
std::string to_base64(std::string_view bytes);
/// nullopt if the text is none. The same bytes have one text: the bits that the last character has
/// beyond them are zero (RFC 4648, 3.5).
std::optional<std::string> from_base64(std::string_view text);

}  // namespace jobledger::ledger
