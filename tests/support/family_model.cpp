#include "tests/support/family_model.h"

#include <algorithm>
#include <cctype>

namespace jobledger::tests {
namespace {

using Kind = FamilyOperation::Kind;

bool is_waiting(char status) {
  return status == 'q' || status == 'p';
}

void write_claim(std::string& state, std::size_t job, int claim) {
  state[3 * job + 1] = static_cast<char>(claim / 100);
  state[3 * job + 2] = static_cast<char>(claim % 100);
}

int claim_of(const std::string& state, std::size_t job) {
  return state[3 * job + 1] * 100 + state[3 * job + 2];
}

}  // namespace

std::string to_text(const FamilyOperation& operation) {
  constexpr const char* kNames[] = {"create",       "claim", "finish", "cancel",
                                    "cancel batch", "get",   "list",   "batch"};
  std::string text = kNames[static_cast<int>(operation.kind)];
  if (operation.job >= 0) text += ' ' + std::to_string(operation.job);
  if (operation.claim >= 0) text += " by claim " + std::to_string(operation.claim);
  if (!operation.answered) return text + " -> no answer";
  text += operation.accepted ? " ->" : " -> refused";
  for (int job : operation.cancelled) text += ' ' + std::to_string(job);
  return operation.seen.empty() ? text : text + ' ' + operation.seen;
}

FamilyModel::FamilyModel(std::string_view notation) {
  std::vector<int> above;
  int last = -1;
  bool in_name = false;
  for (char c : notation) {
    bool is_name = std::isalnum(static_cast<unsigned char>(c));
    if (is_name && !in_name) {
      last = static_cast<int>(parents_.size());
      parents_.push_back(above.empty() ? -1 : above.back());
      children_.emplace_back();
      (above.empty() ? roots_ : children_[at(above.back())]).push_back(last);
    }
    in_name = is_name;
    if (c == '(') above.push_back(last);
    if (c == ')') above.pop_back();
  }
}

std::string FamilyModel::created() const {
  std::string state(3 * size(), '\0');
  for (std::size_t job = 0; job < size(); ++job) {
    state[3 * job] = children_[job].empty() ? 'q' : 'p';
  }
  return state;
}

std::string FamilyModel::statuses(const std::string& state) const {
  std::string letters;
  for (std::size_t at = 0; at < state.size(); at += 3) letters += state[at];
  return letters;
}

std::optional<std::string> FamilyModel::step(const std::string& state,
                                             const FamilyOperation& by) const {
  if (by.kind == Kind::create) return state.empty() ? std::optional(created()) : std::nullopt;
  if (state.empty()) return std::nullopt;
  std::string after = state;
  switch (by.kind) {
    case Kind::claim:
      if (claim(after, by) != by.accepted && by.answered) return std::nullopt;
      return after;
    case Kind::finish:
      if (finish(after, by) != by.accepted && by.answered) return std::nullopt;
      return after;
    case Kind::cancel: {
      bool may = is_waiting(status(state, by.job));
      std::vector<int> cancelled = may ? cancel(after, {by.job}) : std::vector<int>();
      if (by.answered && (may != by.accepted || cancelled != by.cancelled)) return std::nullopt;
      return after;
    }
    case Kind::cancel_batch: {
      std::vector<int> cancelled = cancel(after, roots_);
      if (by.answered && cancelled != by.cancelled) return std::nullopt;
      return after;
    }
    default:
      break;
  }
  if (!by.answered) return after;
  std::string now = statuses(state);
  if (by.kind == Kind::get) now = now.substr(at(by.job), 1);
  if (by.kind == Kind::batch) {
    now.clear();
    for (int root : roots_) now += status(state, root);
  }
  return now == by.seen ? std::optional(after) : std::nullopt;
}

bool FamilyModel::claim(std::string& state, const FamilyOperation& by) const {
  if (status(state, by.job) != 'q') return false;
  status(state, by.job) = 'r';
  write_claim(state, at(by.job), by.claim);
  return true;
}

bool FamilyModel::finish(std::string& state, const FamilyOperation& by) const {
  if (status(state, by.job) != 'r' || claim_of(state, at(by.job)) != by.claim) return false;
  status(state, by.job) = 'f';
  write_claim(state, at(by.job), 0);
  int parent = parents_[at(by.job)];
  if (parent < 0 || status(state, parent) != 'p') return true;
  const auto& beside = children_[at(parent)];
  bool all = std::all_of(beside.begin(), beside.end(),
                         [&](int child) { return status(state, child) == 'f'; });
  if (all) status(state, parent) = 'q';
  return true;
}

std::vector<int> FamilyModel::relatives(int job) const {
  std::vector<int> all;
  int parent = parents_[at(job)];
  if (parent >= 0) {
    all.push_back(parent);
    for (int sibling : children_[at(parent)]) {
      if (sibling != job) all.push_back(sibling);
    }
  }
  all.insert(all.end(), children_[at(job)].begin(), children_[at(job)].end());
  return all;
}

std::vector<int> FamilyModel::cancel(std::string& state, const std::vector<int>& named) const {
  std::vector<int> cancelled;
  auto visit = [&](int job) {
    if (!is_waiting(status(state, job))) return;
    status(state, job) = 'c';
    cancelled.push_back(job);
  };
  for (int job : named) visit(job);
  for (std::size_t next = 0; next < cancelled.size(); ++next) {
    for (int relative : relatives(cancelled[next])) visit(relative);
  }
  return cancelled;
}

}  // namespace jobledger::tests
