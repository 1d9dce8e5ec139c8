// The ledger on a disk that fails and loses what was not synced, with a clock that leaps: whatever
// happens, what was acknowledged is there, and all that is said is what the contract says.

#include "tests/support/simulated_ledger.h"
#include "tests/support/torture.h"

namespace jobledger::tests {
namespace {

constexpr int kSteps = 30;

TEST_CASE("whatever disk, clock and crashes do, the ledger keeps its promises",
          "[simulation][random][torture][no-tsan]") {
  for_seeds(60, [](std::uint64_t seed) {
    SimulatedLedger simulated(seed);
    for (int i = 0; i < kSteps; ++i) {
      INFO("step " << i);
      simulated.step();
    }
    simulated.restart();
  });
}

}  // namespace
}  // namespace jobledger::tests
