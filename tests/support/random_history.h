#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "ledger/writer.h"
#include "tests/support/model.h"

namespace jobledger::tests {

/// The seed that a random test begins at: TEST_SEED if it is set, else `usual`. A test says
/// its seed when it fails, so that it can be repeated with that variable.
std::uint64_t seed_or(std::uint64_t usual);

/// How large the forests are, and how much happens to them.
struct HistoryShape {
  std::uint32_t max_depth = 4;
  std::uint32_t max_width = 4;
  std::uint32_t max_batch = 6;
  bool time_leaps = true;  ///< now and then by days, over expiries and the halves of a time
};

/// Commands drawn from a seed, that make sense of what the model knows: some forests and batches,
/// claims, reports, ends, lease ends, cancels (with stops, and with plans), undos, tokens and
/// repeats; and among them wrong ones. An undo says only its entry: what that did is for others to
/// find out.
class RandomHistory {
 public:
  explicit RandomHistory(std::uint64_t seed, HistoryShape shape = {});

  const ledger::Rules& rules() const { return rules_; }
  /// How far the clock goes on before the next command.
  ledger::TimeMs next_pause();
  ledger::Submission next(const Model& model);
  /// To be told what came of it: leases and keys are used again.
  void took(const ledger::Submission& submission, const Made& made);

  std::uint32_t below(std::uint32_t count);
  bool one_in(std::uint32_t count) { return below(count) == 0; }
  template <typename T>
  const T& any(const std::vector<T>& of) {
    return of[below(static_cast<std::uint32_t>(of.size()))];
  }

  static const std::vector<std::string>& teams();
  static const std::vector<std::string>& tags();
  static constexpr const char* kImpossible = "ZZZZZZZZZZZZZZZZZZZZZZZZZZ";

 private:
  ledger::Envelope envelope();
  ledger::Command command(const Model& model, std::string& body);
  ledger::JobSpec spec(std::uint32_t depth, std::string& body);
  ledger::Command submit(std::string& body);
  ledger::Command batch(std::string& body);
  ledger::Command cancel(const Model& model);
  ledger::Command cancel_batch(const Model& model);
  ledger::CancelOptions options(const Model& model);
  ledger::Command undo(const Model& model);
  ledger::Command claim(const Model& model);
  ledger::Command report(const Model& model);
  ledger::Command webhook(const Model& model);
  ledger::Command token(const Model& model);
  std::optional<ledger::JobId> some_job(const Model& model);
  ledger::Ulid unknown_id();
  std::vector<std::string> some_tags();

  std::mt19937_64 random_;
  HistoryShape shape_;
  ledger::Rules rules_;
  std::string team_;  ///< of the command being made
  std::vector<ledger::LeaseId> leases_;
  std::vector<ledger::Submission> keyed_;  ///< earlier ones, to be repeated
};

}  // namespace jobledger::tests
