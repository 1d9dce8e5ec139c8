#include <cstddef>
#include <cstdint>

#include "tests/fuzz/targets.h"

// What libFuzzer calls; FUZZ_TARGET is one of targets.h.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  jobledger::fuzz::FUZZ_TARGET({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
