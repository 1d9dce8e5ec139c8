#include "daemon/parse/claim.h"

#include <cmath>

#include "daemon/parse/body.h"
#include "daemon/parse/tags.h"

namespace jobledger::daemon::parse {
namespace {

constexpr double kMaxWaitSeconds = 60;
constexpr std::int64_t kMaxLeaseSeconds = 24 * 60 * 60;

void read_job_id(const Fields& fields, ledger::ClaimJob& command) {
  auto id = fields.string("jobId");
  if (!id) return;
  if (!ledger::Ulid::well_formed(*id)) {
    return fields.wrong("jobId",
                        "must be the id of a job: 26 characters of 0-9 and A-Z without I, L, O "
                        "and U");
  }
  command.job = ledger::JobId::parse(*id);
  if (!command.job) command.impossible = *id;
}

}  // namespace

Parsed<Claim> parse_claim(std::string_view body) {
  return parse_optional_body<Claim>(body, [](const json::Document&, const Fields& fields) {
    Claim claim;
    if (auto tags = read_tags(fields)) claim.command.tags = *std::move(tags);
    read_job_id(fields, claim.command);
    auto wait = fields.number("wait", 0, kMaxWaitSeconds);
    claim.wait_ms = static_cast<std::uint32_t>(std::lround(wait.value_or(0) * 1000));
    auto lease = fields.integer("leaseSeconds", 1, kMaxLeaseSeconds);
    claim.command.lease_seconds = static_cast<std::uint32_t>(lease.value_or(0));
    return claim;
  });
}

}  // namespace jobledger::daemon::parse
