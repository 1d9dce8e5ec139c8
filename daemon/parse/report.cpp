#include "daemon/parse/report.h"

#include <cmath>

#include "daemon/parse/body.h"
#include "daemon/parse/url.h"

namespace jobledger::daemon::parse {
namespace {

ledger::LeaseId read_lease(const Fields& fields) {
  auto text = fields.required_string("lease", "give the lease that the claim answered");
  if (!text) return {};
  return ledger::LeaseId::parse(*text).value_or(ledger::LeaseId{});
}

std::uint32_t read_progress(const Fields& fields) {
  if (!fields.any("progress")) {
    fields.wrong("progress", "is required: give a number from 0 to 100");
    return 0;
  }
  return static_cast<std::uint32_t>(std::floor(fields.number("progress", 0, 100).value_or(0)));
}

std::string read_error(const Fields& fields) {
  auto error = fields.required_string("error", "say what went wrong");
  if (!error) return {};
  if (error->size() > kMaxError) {
    fields.wrong("error", "must be at most " + std::to_string(kMaxError) + " bytes, not " +
                              std::to_string(error->size()) +
                              ": say what went wrong in short, and where the whole log is");
    return {};
  }
  return std::string(*error);
}

}  // namespace

Parsed<ledger::LeaseId> parse_lease(std::string_view body) {
  return parse_body<ledger::LeaseId>(
      body, [](const json::Document&, const Fields& fields) { return read_lease(fields); });
}

Parsed<ledger::ReportProgress> parse_progress(std::string_view body) {
  return parse_body<ledger::ReportProgress>(body, [](const json::Document&, const Fields& fields) {
    return ledger::ReportProgress{{}, read_lease(fields), read_progress(fields)};
  });
}

Parsed<ledger::FinishJob> parse_finish(std::string_view body) {
  return parse_body<ledger::FinishJob>(body, [](const json::Document&, const Fields& fields) {
    return ledger::FinishJob{{}, read_lease(fields), read_output_url(fields)};
  });
}

Parsed<ledger::ReportStopped> parse_stopped(std::string_view body) {
  return parse_body<ledger::ReportStopped>(body, [](const json::Document&, const Fields& fields) {
    return ledger::ReportStopped{{}, read_lease(fields)};
  });
}

Parsed<ledger::FailJob> parse_fail(std::string_view body) {
  return parse_body<ledger::FailJob>(body, [](const json::Document&, const Fields& fields) {
    auto lease = read_lease(fields);
    return ledger::FailJob{{}, lease, read_error(fields)};
  });
}

}  // namespace jobledger::daemon::parse
