#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace jobledger::tests {

/// One operation of a recorded history, with its answer in it.
template <typename Operation>
struct Recorded {
  Operation operation;
  std::int64_t began = 0;
  /// nullopt: it had no answer. It may have taken effect at any time after it began, or never.
  std::optional<std::int64_t> ended;
};

struct Linearizability {
  enum class Verdict { holds, violated, undecided };
  Verdict verdict = Verdict::holds;
  /// Of a violation: the longest order of operations that fits, and which was the first, by the
  /// time of its answer, that fits nowhere after it. Places in the history.
  std::vector<std::size_t> longest;
  std::optional<std::size_t> stuck;
};

/// Whether there is an order of the operations of a history that is that of a sequential machine
/// and in which no operation stands before one that had ended when it began. The search of Wing and
/// Gong, which remembers what it has tried (Lowe).
///
/// A `Model` has `std::string initial()` and `std::optional<std::string> step(state, operation)`:
/// the state after the operation, or nullopt if it cannot have had its answer in that state.
template <typename Model, typename Operation>
class LinearizabilityCheck {
 public:
  using Verdict = Linearizability::Verdict;

  LinearizabilityCheck(const Model& model, const std::vector<Recorded<Operation>>& history,
                       std::uint64_t most_steps = 20'000'000)
      : model_(model), history_(history), steps_left_(most_steps) {
    link_events();
  }

  Linearizability run() {
    std::string state = model_.initial();
    std::string taken(history_.size(), '0');
    std::size_t at = next_[kHead];
    while (at != kHead) {
      const Event event = events_[at];
      if (event.is_end && !history_[event.place].ended) break;  // all that had answers are in
      if (event.is_end) {
        note_stuck(event.place);
        if (chosen_.empty()) return violated();
        at = take_back(state, taken);
        continue;
      }
      if (steps_left_-- == 0) return {Verdict::undecided, {}, {}};
      auto after = model_.step(state, history_[event.place].operation);
      if (after) {
        taken[event.place] = '1';
        if (tried_.insert(taken + *after).second) {
          chosen_.push_back({at, std::move(state)});
          state = std::move(*after);
          unlink(at);
          unlink(end_of_[event.place]);
          at = next_[kHead];
          continue;
        }
        taken[event.place] = '0';
      }
      at = next_[at];
    }
    return {};
  }

 private:
  struct Event {
    std::int64_t time;
    bool is_end;
    std::size_t place;  ///< of its operation
  };
  struct Choice {
    std::size_t event;
    std::string state_before;
  };
  static constexpr std::size_t kHead = 0;

  /// Begins and ends in the order of their times, as a list that events are taken out of. An
  /// operation that begins in the very moment in which another ends counts as beside it.
  void link_events() {
    events_.push_back({});
    for (std::size_t place = 0; place < history_.size(); ++place) {
      const auto& each = history_[place];
      events_.push_back({each.began, false, place});
      events_.push_back({each.ended.value_or(INT64_MAX), true, place});
    }
    std::stable_sort(events_.begin() + 1, events_.end(), [](const Event& a, const Event& b) {
      return a.time != b.time ? a.time < b.time : a.is_end < b.is_end;
    });
    end_of_.resize(history_.size());
    for (std::size_t at = 0; at < events_.size(); ++at) {
      next_.push_back((at + 1) % events_.size());
      before_.push_back((at + events_.size() - 1) % events_.size());
      if (at != kHead && events_[at].is_end) end_of_[events_[at].place] = at;
    }
  }

  void unlink(std::size_t at) {
    next_[before_[at]] = next_[at];
    before_[next_[at]] = before_[at];
  }
  void link(std::size_t at) {
    next_[before_[at]] = at;
    before_[next_[at]] = at;
  }

  /// Gives the event to go on with.
  std::size_t take_back(std::string& state, std::string& taken) {
    Choice last = std::move(chosen_.back());
    chosen_.pop_back();
    const std::size_t place = events_[last.event].place;
    link(end_of_[place]);
    link(last.event);
    taken[place] = '0';
    state = std::move(last.state_before);
    return next_[last.event];
  }

  void note_stuck(std::size_t place) {
    if (stuck_ && chosen_.size() <= longest_.size()) return;
    stuck_ = place;
    longest_.clear();
    for (const Choice& each : chosen_) longest_.push_back(events_[each.event].place);
  }

  Linearizability violated() const { return {Verdict::violated, longest_, stuck_}; }

  const Model& model_;
  const std::vector<Recorded<Operation>>& history_;
  std::uint64_t steps_left_;
  std::vector<Event> events_;  ///< the first is the head of the list
  std::vector<std::size_t> next_;
  std::vector<std::size_t> before_;
  std::vector<std::size_t> end_of_;  ///< by operation
  std::vector<Choice> chosen_;
  std::unordered_set<std::string> tried_;  ///< which operations are in, and the state they led to
  std::vector<std::size_t> longest_;
  std::optional<std::size_t> stuck_;
};

template <typename Model, typename Operation>
Linearizability check_linearizability(const Model& model,
                                      const std::vector<Recorded<Operation>>& history) {
  return LinearizabilityCheck<Model, Operation>(model, history).run();
}

}  // namespace jobledger::tests
