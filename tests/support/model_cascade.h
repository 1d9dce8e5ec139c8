#pragma once

#include <set>
#include <vector>

#include "tests/support/model.h"

namespace jobledger::tests {

bool waits(ledger::JobStatus status);
void refuse(Outcome& outcome, ledger::RefusalCode code, std::vector<std::string> offenders = {});

/// The jobs that a cancel takes and those it leaves, in the order they are met: a job taken visits
/// its parent, its siblings and its children, breadth first.
class Closure {
 public:
  /// `stop_running`: jobs that render are taken too, if they were not asked to stop before.
  Closure(const Model& model, const Model::Moment& at, bool stop_running = false)
      : model_(model), at_(at), stop_running_(stop_running) {}

  void visit(ledger::JobId id);
  /// Takes the job, whatever it is.
  void take(ledger::JobId id);
  /// No visit is to touch it.
  void pass_over(ledger::JobId id) { visited_.insert(id); }
  void spread();

  std::vector<ledger::JobId> taken;
  std::vector<ledger::JobId> left;

 private:
  const Model& model_;
  const Model::Moment& at_;
  const bool stop_running_;
  std::set<ledger::JobId> visited_;
};

/// Whether a cancel takes a job that stands so.
bool can_be_taken(const Model::Stand& job, bool stop_running);

/// The other children of its parent.
std::vector<ledger::JobId> siblings_of(const Model& model, ledger::JobId id);

}  // namespace jobledger::tests
