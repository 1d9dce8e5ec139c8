#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/parse/fields.h"

namespace jobledger::daemon::parse {

/// Bytes of a URL that is kept in the ledger.
inline constexpr std::size_t kMaxUrl = 8192;

/// The property `outputUrl`: any text, since renders go to buckets and disks as well; empty if it
/// is absent.
std::string read_output_url(const Fields& fields);

/// True for `http://…` and `https://…` with a host, without white space or control characters.
bool is_http_url(std::string_view url);

}  // namespace jobledger::daemon::parse
