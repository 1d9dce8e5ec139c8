#include "daemon/render/event_stream.h"

#include "ledger/assert.h"

namespace jobledger::daemon::render {
namespace {

void line(std::string& out, std::string_view field, std::string_view value) {
  JL_ASSERT(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
  (((out += field) += ": ") += value) += '\n';
}

}  // namespace

void begin_event(std::string& out, std::uint64_t id, std::string_view type) {
  position(out, id);
  line(out, "event", type);
  out += "data: ";
}

void position(std::string& out, std::uint64_t id) {
  line(out, "id", std::to_string(id));
}

void retry(std::string& out, std::chrono::milliseconds pause) {
  line(out, "retry", std::to_string(pause.count()));
}

void comment(std::string& out, std::string_view text) {
  line(out, "", text);
}

}  // namespace jobledger::daemon::render
