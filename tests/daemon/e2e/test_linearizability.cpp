#include <catch2/catch.hpp>

#include "tests/support/family_model.h"
#include "tests/support/linearizability.h"

// The checker of histories itself, by histories written by hand.

namespace jobledger::tests {
namespace {

using Kind = FamilyOperation::Kind;
using Verdict = Linearizability::Verdict;
using Call = Recorded<FamilyOperation>;

const FamilyModel kModel("root(a b(c d)) other");
constexpr int kRoot = 0;
constexpr int kA = 1;
constexpr int kB = 2;
constexpr int kC = 3;
constexpr int kD = 4;
constexpr int kOther = 5;

Call call(std::int64_t began, std::int64_t ended, FamilyOperation operation) {
  return {std::move(operation), began, ended};
}

Call lost(std::int64_t began, FamilyOperation operation) {
  operation.answered = false;
  return {std::move(operation), began, {}};
}

FamilyOperation create() {
  return {.kind = Kind::create};
}
FamilyOperation claim(int job, int number, bool accepted = true) {
  return {.kind = Kind::claim, .job = job, .claim = number, .accepted = accepted};
}
FamilyOperation finish(int job, int number, bool accepted = true) {
  return {.kind = Kind::finish, .job = job, .claim = number, .accepted = accepted};
}
FamilyOperation cancel(int job, std::vector<int> cancelled) {
  bool accepted = !cancelled.empty();
  return {.kind = Kind::cancel, .job = job, .accepted = accepted, .cancelled = cancelled};
}
FamilyOperation get(int job, const std::string& seen) {
  return {.kind = Kind::get, .job = job, .seen = seen};
}
FamilyOperation list(const std::string& seen) {
  return {.kind = Kind::list, .seen = seen};
}

Verdict verdict_of(const std::vector<Call>& history) {
  return check_linearizability(kModel, history).verdict;
}

const Call kCreated = call(0, 1, create());

}  // namespace

TEST_CASE("linearizability: what happens one after the other must be as it was said") {
  CHECK(
      verdict_of({kCreated, call(2, 3, list("pqpqqq")), call(4, 5, claim(kC, 7)),
                  call(6, 7, list("pqprqq")), call(8, 9, finish(kC, 7)), call(10, 11, claim(kD, 8)),
                  call(12, 13, finish(kD, 8)), call(14, 15, list("pqqffq"))}) == Verdict::holds);
  CHECK(verdict_of({kCreated, call(2, 3, list("pqprqq"))}) == Verdict::violated);
  CHECK(verdict_of({kCreated, call(2, 3, claim(kC, 7)), call(4, 5, get(kC, "q"))}) ==
        Verdict::violated);
  CHECK(verdict_of({kCreated, call(2, 3, claim(kB, 7))}) == Verdict::violated);
}

TEST_CASE("linearizability: a stale read is allowed beside the write, and not after it") {
  CHECK(verdict_of({kCreated, call(2, 6, claim(kC, 7)), call(3, 4, get(kC, "q"))}) ==
        Verdict::holds);
  CHECK(verdict_of({kCreated, call(2, 6, claim(kC, 7)), call(3, 4, get(kC, "r")),
                    call(5, 7, get(kC, "r"))}) == Verdict::holds);
  // Once anybody has seen it, nobody may see the state before.
  CHECK(verdict_of({kCreated, call(2, 9, claim(kC, 7)), call(3, 4, get(kC, "r")),
                    call(5, 7, get(kC, "q"))}) == Verdict::violated);
}

TEST_CASE("linearizability: of two claims of one job one is refused") {
  CHECK(verdict_of({kCreated, call(2, 6, claim(kC, 7)), call(3, 5, claim(kC, 8, false))}) ==
        Verdict::holds);
  CHECK(verdict_of({kCreated, call(2, 6, claim(kC, 7)), call(3, 5, claim(kC, 8))}) ==
        Verdict::violated);
  // The other one was refused before the one that won had begun.
  CHECK(verdict_of({kCreated, call(2, 3, claim(kC, 8, false)), call(4, 5, claim(kC, 7))}) ==
        Verdict::violated);
}

TEST_CASE("linearizability: a lease is of one claim") {
  CHECK(verdict_of({kCreated, call(2, 3, claim(kC, 7)), call(4, 5, finish(kC, 8, false)),
                    call(6, 7, finish(kC, 7)), call(8, 9, finish(kC, 7, false))}) ==
        Verdict::holds);
  CHECK(verdict_of({kCreated, call(2, 3, claim(kC, 7)), call(4, 5, finish(kC, 8))}) ==
        Verdict::violated);
}

TEST_CASE("linearizability: a cancel is whole, and in the order that is promised") {
  CHECK(verdict_of({kCreated, call(2, 3, cancel(kA, {kA, kRoot, kB, kC, kD})),
                    call(4, 5, list("cccccq"))}) == Verdict::holds);
  CHECK(verdict_of({kCreated, call(2, 3, cancel(kA, {kA, kB, kRoot, kC, kD}))}) ==
        Verdict::violated);
  CHECK(verdict_of({kCreated, call(2, 3, cancel(kA, {kA, kRoot}))}) == Verdict::violated);
  // A reader beside it sees all of it or nothing.
  CHECK(verdict_of({kCreated, call(2, 9, cancel(kA, {kA, kRoot, kB, kC, kD})),
                    call(3, 4, list("pqpqqq"))}) == Verdict::holds);
  CHECK(verdict_of({kCreated, call(2, 9, cancel(kA, {kA, kRoot, kB, kC, kD})),
                    call(3, 4, list("cqpqqq"))}) == Verdict::violated);
}

TEST_CASE("linearizability: what renders is left alone and not passed") {
  std::vector<Call> history = {kCreated, call(2, 3, claim(kC, 7))};
  history.push_back(call(4, 5, cancel(kD, {kD, kB, kRoot, kA})));
  history.push_back(call(6, 7, finish(kC, 7)));
  history.push_back(call(8, 9, list("cccfcq")));
  CHECK(verdict_of(history) == Verdict::holds);
  // Nothing wakes what was cancelled.
  history.back() = call(8, 9, list("ccqfcq"));
  CHECK(verdict_of(history) == Verdict::violated);
}

TEST_CASE("linearizability: a batch cancel takes each of its trees") {
  FamilyOperation all{.kind = Kind::cancel_batch, .cancelled = {kRoot, kOther, kA, kB, kC, kD}};
  CHECK(verdict_of({kCreated, call(2, 3, all), call(4, 5, cancel(kOther, {}))}) == Verdict::holds);
  all.cancelled = {kRoot, kA, kB, kC, kD};
  CHECK(verdict_of({kCreated, call(2, 3, all)}) == Verdict::violated);
  CHECK(verdict_of({kCreated, call(2, 3, claim(kOther, 7)), call(4, 5, all)}) == Verdict::holds);
}

TEST_CASE("linearizability: what had no answer may have happened, late, or never") {
  for (const char* seen : {"pqpqqq", "pqprqq"}) {
    CHECK(verdict_of({kCreated, lost(2, claim(kC, 7)), call(4, 5, list(seen))}) == Verdict::holds);
  }
  CHECK(verdict_of({kCreated, lost(2, claim(kC, 7)), call(4, 5, get(kC, "q")),
                    call(6, 7, get(kC, "r"))}) == Verdict::holds);
  CHECK(verdict_of({kCreated, lost(2, claim(kC, 7)), call(4, 5, get(kC, "r")),
                    call(6, 7, get(kC, "q"))}) == Verdict::violated);
  // Not before it began, and whole if at all.
  CHECK(verdict_of({kCreated, call(2, 3, get(kC, "r")), lost(4, claim(kC, 7))}) ==
        Verdict::violated);
  CHECK(verdict_of({kCreated, lost(2, cancel(kA, {})), call(4, 5, list("cqpqqq"))}) ==
        Verdict::violated);
  CHECK(verdict_of({kCreated, lost(2, cancel(kA, {})), call(4, 5, list("cccccq"))}) ==
        Verdict::holds);
}

TEST_CASE("linearizability: a violation names what fits nowhere") {
  std::vector<Call> history = {kCreated, call(2, 3, claim(kC, 7)), call(4, 5, get(kC, "q"))};
  Linearizability result = check_linearizability(kModel, history);
  CHECK(result.longest == std::vector<std::size_t>{0, 1});
  CHECK(result.stuck == 2);
  CHECK(to_text(history[*result.stuck].operation) == "get 3 -> q");
}

TEST_CASE("linearizability: many operations side by side are no search without an end") {
  std::vector<Call> history = {kCreated};
  for (int i = 0; i < 7; ++i) history.push_back(call(2, 100, claim(kC, i, i == 6)));
  for (int i = 0; i < 8; ++i) history.push_back(call(2, 100, get(kC, i % 2 == 0 ? "q" : "r")));
  CHECK(verdict_of(history) == Verdict::holds);
  history.push_back(call(101, 102, get(kC, "q")));
  CHECK(verdict_of(history) == Verdict::violated);
}

TEST_CASE("linearizability: a check that takes too long says so") {
  std::vector<Call> history = {kCreated};
  for (int i = 0; i < 12; ++i) history.push_back(call(2, 100, get(kC, "q")));
  auto result = LinearizabilityCheck<FamilyModel, FamilyOperation>(kModel, history, 5).run();
  CHECK(result.verdict == Verdict::undecided);
}

}  // namespace jobledger::tests
