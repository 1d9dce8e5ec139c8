#pragma once

#include <string_view>

namespace jobledger::daemon {

/// The OpenAPI document, as it stands in openapi.json.
std::string_view openapi_document();

}  // namespace jobledger::daemon
