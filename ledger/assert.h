#pragma once

#include <cstdio>
#include <cstdlib>

namespace jobledger::ledger {

[[noreturn]] inline void bug(const char* what, const char* file, int line) {
  std::fprintf(stderr, "bug: %s (%s:%d). The log on disk is intact; please report this.\n", what,
               file, line);
  std::abort();
}

}  // namespace jobledger::ledger

// On in every build: a wrong ledger is worse than none.
#define JL_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::jobledger::ledger::bug(#condition, __FILE__, __LINE__))
