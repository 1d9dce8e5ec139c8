#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/writer.h"

namespace jobledger::tests {

/// What the jobs, batches and tokens of a test are called, and the leases that were given.
///
/// `?x` names an id that nothing has; `~x` a well formed one that nothing can have (see
/// ledger::Ulid::parse), and is text alone.
class Names {
 public:
  /// Learns what the accepted command made.
  void learn(const ledger::Submission& submission, const ledger::Entry& entry);

  ledger::Ulid id(std::string_view name) const;
  /// Where the webhook of that name is.
  static std::string url_of_webhook(std::string_view name);
  static bool is_impossible(std::string_view name) { return name.front() == '~'; }
  static std::string impossible(std::string_view name);

  /// The `which`th lease on the job, counted from 1; 0 is the latest, or one that was never given.
  ledger::LeaseId lease(std::string_view job, std::size_t which = 0) const;

  std::string of(ledger::Ulid id) const;
  /// The text with names in place of ids.
  std::string in(std::string text) const;

 private:
  void learn(std::string name, ledger::Ulid id);

  std::map<std::string, ledger::Ulid, std::less<>> ids_;
  std::map<ledger::Ulid, std::string> names_;
  std::map<ledger::Ulid, std::vector<ledger::LeaseId>> leases_;
};

/// What a receipt says, as one line: `cancelled p requested; skipped a render:dorender parent<p`,
/// `refused not_cancellable a:finished`, `nothing`.
std::string tell(const ledger::Receipt& receipt, const Names& names);
std::string tell(const std::vector<ledger::Event>& events, const Names& names);

}  // namespace jobledger::tests
