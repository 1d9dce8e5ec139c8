#pragma once

#include <string>

#include "ledger/entry.h"
#include "ledger/writer.h"

namespace jobledger::projections {

/// Whether two entries say the same of what came of a command, wherever the entries and the jobs
/// stand in their ledgers: indexes, numbers of jobs and hashes of payloads do not count.
bool same_outcome(const ledger::Entry& a, const ledger::Entry& b);

/// What came of a command, for a person: `claimed job 01H…`, `cancelled 5 jobs, left 2 jobs alone`,
/// `refused (stale_lease)`.
std::string outcome_in_words(const ledger::Entry& entry);

/// The same of what has no entry: `made no entry`.
std::string outcome_in_words(const ledger::Receipt& receipt);

/// Why the command of the entry came out otherwise when it was decided again, as a sentence.
std::string why_otherwise(const ledger::Entry& was, const ledger::Receipt& now);

}  // namespace jobledger::projections
