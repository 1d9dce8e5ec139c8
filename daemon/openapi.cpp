#include "daemon/openapi.h"

// The document is data, not a string literal: compilers take literals of this size badly.
asm(R"(
.section .rodata
openapi_begin:
.incbin ")" OPENAPI_FILE R"("
openapi_end:
.section .note.GNU-stack,"",@progbits
.text
)");

extern "C" {
extern const char openapi_begin[];
extern const char openapi_end[];
}

namespace jobledger::daemon {

std::string_view openapi_document() {
  return {openapi_begin, static_cast<std::size_t>(openapi_end - openapi_begin)};
}

}  // namespace jobledger::daemon
