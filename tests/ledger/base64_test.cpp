#include "ledger/base64.h"

#include <catch2/catch.hpp>

namespace jobledger::tests {

using ledger::from_base64;
using ledger::to_base64;

TEST_CASE("base64 is read back as it was written, and nothing else is read") {
  for (std::size_t size = 0; size < 20; ++size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(250 + i);
    CHECK(from_base64(to_base64(bytes)) == bytes);
  }
  CHECK(to_base64("Man") == "TWFu");
  CHECK(to_base64("M") == "TQ==");
  for (const char* text : {"T", "TW", "TWF", "TW=u", "TWF=TWFu", "====", "T===", "TW u", "TWF-",
                           "TR==", "Tf==", "TWF="}) {
    INFO(text);
    CHECK_FALSE(from_base64(text));
  }
}

}  // namespace jobledger::tests
