#include <catch2/catch.hpp>
#include <csignal>
#include <cstring>
#include <stdexcept>

#include "daemon/cli/apart.h"
#include "daemon/cli/commands.h"

namespace jobledger::daemon::cli {

TEST_CASE("work that is run apart gives its exit code, and changes nothing here") {
  std::string died_of;
  int changed = 0;
  CHECK(run_apart([&] { return changed = 7; }, died_of) == 7);
  CHECK(changed == 0);
  CHECK(run_apart([] { return kDone; }, died_of) == kDone);
  CHECK(run_apart([]() -> int { throw std::runtime_error("no"); }, died_of) == kCouldNot);
  CHECK(died_of.empty());
}

TEST_CASE("work that is run apart and dies ends by a signal, and nobody else does") {
  for (int number : {SIGABRT, SIGKILL}) {
    std::string died_of;
    auto code = run_apart(
        [&] {
          signal(number, SIG_DFL);  // not that of the test's own handler
          raise(number);
          return kDone;
        },
        died_of);
    CHECK_FALSE(code);
    CHECK(died_of == strsignal(number));
  }
}

}  // namespace jobledger::daemon::cli
