#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobledger::tests {

/// An operation on a family, with its answer.
struct FamilyOperation {
  enum class Kind { create, claim, finish, cancel, cancel_batch, get, list, batch };
  Kind kind = Kind::create;
  int job = -1;  ///< by its place in the family
  /// Of a claim: which one it is. Of a finish: the claim whose lease it has.
  int claim = -1;
  bool answered = true;
  bool accepted = true;  ///< 200 or 201; else 409
  /// Of an accepted cancel: the jobs it cancelled, in the order of the answer.
  std::vector<int> cancelled = {};
  /// Of a read: what it saw, one letter a job (see FamilyModel); of a batch the top-level jobs.
  std::string seen = {};
};

/// `cancel 3 -> 3 1 2`, for messages.
std::string to_text(const FamilyOperation& operation);

/// What a batch of trees is to outsiders, one operation after the other, written down from the
/// contract alone and knowing nothing of the program. For LinearizabilityCheck.
///
/// The status of a job is a letter: `q`ueued, `p`ending, `r`endering, `f`inished, `c`ancelled.
class FamilyModel {
 public:
  /// The trees of the batch, as in `root(a b(c d)) other(e)`; jobs count from 0 in that order.
  explicit FamilyModel(std::string_view notation);

  std::string initial() const { return {}; }
  std::optional<std::string> step(const std::string& state, const FamilyOperation& by) const;

  std::size_t size() const { return parents_.size(); }
  const std::vector<int>& roots() const { return roots_; }
  bool is_leaf(int job) const { return children_[at(job)].empty(); }
  /// The letters of the state, one a job.
  std::string statuses(const std::string& state) const;

 private:
  static std::size_t at(int job) { return static_cast<std::size_t>(job); }
  static char& status(std::string& state, int job) { return state[3 * at(job)]; }
  static char status(const std::string& state, int job) { return state[3 * at(job)]; }

  std::string created() const;
  bool claim(std::string& state, const FamilyOperation& by) const;
  bool finish(std::string& state, const FamilyOperation& by) const;
  /// Cancels those of the jobs that can be, and their relatives; gives all, in the order of the
  /// contract: those that were named first, then breadth first parent, siblings, children.
  std::vector<int> cancel(std::string& state, const std::vector<int>& named) const;
  std::vector<int> relatives(int job) const;

  std::vector<int> parents_;  ///< -1 of a root
  std::vector<std::vector<int>> children_;
  std::vector<int> roots_;
};

}  // namespace jobledger::tests
