#include <catch2/catch.hpp>
#include <memory>
#include <vector>

#include "daemon/http/memory_budget.h"

namespace jobledger::daemon::http {
namespace {

using std::chrono::milliseconds;

/// A slow client that lets go when it is told to.
class Slow final : public MemoryBudget::Holder {
 public:
  void give_up() override { ++told; }
  int told = 0;
};

struct Client {
  explicit Client(const std::shared_ptr<MemoryBudget>& budget)
      : slow(std::make_shared<Slow>()), hold(budget, slow) {}
  std::shared_ptr<Slow> slow;
  MemoryBudget::Hold hold;
};

std::shared_ptr<MemoryBudget> budget_of(std::uint64_t bytes, milliseconds grace = milliseconds(0)) {
  return std::make_shared<MemoryBudget>(bytes, grace);
}

}  // namespace

TEST_CASE("memory budget: what is held and given back is counted", "[http]") {
  auto budget = budget_of(100);
  {
    Client one(budget);
    Client two(budget);
    CHECK(one.hold.resize(40));
    CHECK(two.hold.resize(60));
    CHECK(one.hold.resize(20));
    CHECK(budget->held() == 80);
  }
  CHECK(budget->held() == 0);
}

TEST_CASE("memory budget: without room nothing changes", "[http]") {
  auto budget = budget_of(100, milliseconds(1'000'000));
  Client one(budget);
  Client two(budget);
  CHECK(one.hold.resize(70));
  CHECK_FALSE(two.hold.resize(31));
  CHECK(two.hold.resize(30));
  CHECK_FALSE(one.hold.resize(71));
  CHECK(budget->held() == 100);
  CHECK(one.slow->told + two.slow->told == 0);
  // More than there is never fits, whoever is let go.
  Client three(budget);
  CHECK_FALSE(three.hold.resize(101));
}

TEST_CASE("memory budget: the one that began first is let go, and makes room when it is gone",
          "[http]") {
  auto budget = budget_of(100);
  Client first(budget);
  Client second(budget);
  Client third(budget);
  REQUIRE(first.hold.resize(40));
  REQUIRE(second.hold.resize(40));
  REQUIRE(first.hold.resize(50));  // it goes on, which makes it no younger
  CHECK_FALSE(third.hold.resize(50));
  CHECK(first.slow->told == 1);
  CHECK(first.hold.is_let_go());
  // Nobody else is let go while it is on its way.
  CHECK_FALSE(third.hold.resize(50));
  CHECK(first.slow->told == 1);
  CHECK(second.slow->told == 0);
  CHECK(first.hold.resize(0));
  CHECK_FALSE(first.hold.is_let_go());
  CHECK(third.hold.resize(50));
  CHECK(budget->held() == 90);
  // And it begins anew, as the youngest.
  CHECK_FALSE(first.hold.resize(50));
  CHECK(second.slow->told == 1);
  CHECK(third.slow->told == 0);
}

TEST_CASE("memory budget: a little more is held while much of it is given back", "[http]") {
  auto budget = budget_of(80);
  Client slow(budget);
  Client next(budget);
  REQUIRE(slow.hold.resize(80));
  CHECK_FALSE(next.hold.resize(11));
  CHECK(next.hold.resize(10));
  CHECK(budget->held() == 90);
  CHECK(slow.hold.resize(0));
  CHECK(budget->held() == 10);
}

TEST_CASE("memory budget: who grows is not let go for its own sake", "[http]") {
  auto budget = budget_of(100);
  Client first(budget);
  Client second(budget);
  REQUIRE(first.hold.resize(50));
  REQUIRE(second.hold.resize(50));
  CHECK(first.hold.resize(60));  // as little more as that is
  CHECK(first.slow->told == 0);
  CHECK(second.slow->told == 1);
}

TEST_CASE("memory budget: a hold without a holder stays, also one that was handed over", "[http]") {
  auto budget = budget_of(100);
  Client one(budget);
  MemoryBudget::Hold kept(budget);
  REQUIRE(one.hold.resize(60));
  one.hold.hand_over(kept, 80);
  CHECK(budget->held() == 80);
  Client two(budget);
  CHECK_FALSE(two.hold.resize(21));
  CHECK(one.slow->told == 0);
  CHECK(kept.resize(0));
  CHECK(two.hold.resize(100));
}

TEST_CASE("memory budget: who is let go may give back at once, or be gone already", "[http]") {
  class Quick final : public MemoryBudget::Holder {
   public:
    void give_up() override { hold.reset(); }
    std::unique_ptr<MemoryBudget::Hold> hold;
  };
  auto budget = budget_of(100);
  auto quick = std::make_shared<Quick>();
  quick->hold = std::make_unique<MemoryBudget::Hold>(budget, quick);
  REQUIRE(quick->hold->resize(100));
  Client other(budget);
  CHECK(other.hold.resize(100));
  CHECK(quick->hold == nullptr);
  CHECK(budget->held() == 100);
}

}  // namespace jobledger::daemon::http
