#include "daemon/parse/reason.h"

#include "daemon/parse/body.h"
#include "ledger/utf8.h"

namespace jobledger::daemon::parse {

std::string read_reason(const Fields& fields) {
  auto reason = fields.string("reason");
  if (!reason) return {};
  if (std::size_t length = ledger::utf8_count(*reason); length > kMaxReason) {
    fields.wrong("reason", "must be at most " + std::to_string(kMaxReason) +
                               " characters; it has " + std::to_string(length));
  }
  return std::string(*reason);
}

Parsed<std::string> parse_reason(std::string_view body) {
  return parse_optional_body<std::string>(
      body, [](const json::Document&, const Fields& fields) { return read_reason(fields); });
}

}  // namespace jobledger::daemon::parse
