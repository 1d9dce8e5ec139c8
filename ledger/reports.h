#pragma once

#include <string>
#include <variant>
#include <vector>

#include "ledger/decide.h"

namespace jobledger::ledger {

// What decisions on the reports of workers, and on the ends of their leases, have in common.

Event event_of(EventKind kind, const JobFacts& job, JobStatus after, Cause cause = Cause::none,
               std::uint32_t via = kNoPlace);

/// The job that a report is about, held under the report's lease.
struct Held {
  JobFacts job;
  Run run;
};
/// Else the refusal, which is recorded once for each lease and kind of report.
std::variant<Held, Decision> find_held(const JobView& view, JobId id, LeaseId lease,
                                       ReportKind kind, const DecideContext& context);

/// The parent of the job whose failure is the first event, its own parent and so on, each ended in
/// error while it waits; at each level the waiting siblings of the failed job are cancelled with
/// what hangs below them.
void fail_ancestors(const JobView& view, JobFacts failed, const std::string& error,
                    OnChildError rule, std::vector<Event>& events);

}  // namespace jobledger::ledger
