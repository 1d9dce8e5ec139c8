#include <kj/exception.h>

#include "ledger/codec.h"
#include "tests/fuzz/support.h"
#include "tests/fuzz/targets.h"

namespace jobledger::fuzz {
namespace {

/// What Cap'n Proto throws tells of the calls that led to it, which takes longer than all the rest,
/// and nobody reads it.
struct NoTraces final : kj::ExceptionCallback {
  StackTraceMode stackTraceMode() override { return StackTraceMode::NONE; }
};

/// A part of what is no entry is read as far as it goes: one of them, as most throw.
void read_a_part(std::string_view bytes) {
  switch (bytes.size() / 8 % 4) {
    case 0:
      (void)ledger::decode_head(bytes);
      break;
    case 1:
      (void)ledger::decode_outline(bytes);
      break;
    case 2:
      (void)ledger::decode_excerpt(bytes, 0);
      break;
    default:
      (void)ledger::decode_event(bytes, 0);
  }
}

/// What is read of a part is what the whole entry has there.
void check_parts(std::string_view bytes, const ledger::Entry& entry) {
  auto head = ledger::decode_head(bytes);
  require(head && head->index == entry.index && head->time == entry.time &&
              head->envelope == entry.envelope,
          "the head is that of the entry");
  auto outline = ledger::decode_outline(bytes);
  require(outline.has_value(), "the outline of an entry is read");
  std::size_t counted = 0;
  for (std::uint32_t count : outline->counts) counted += count;
  require(counted == entry.events.size(), "the outline counts each event");
  for (std::size_t place = 0; place < std::min<std::size_t>(entry.events.size(), 8); ++place) {
    auto event = ledger::decode_event(bytes, place);
    require(event && *event == entry.events[place], "an event by itself is that of the entry");
    auto excerpt = ledger::decode_excerpt(bytes, entry.events[place].number);
    require(excerpt && !excerpt->events.empty(), "an event is in the excerpt of its job");
  }
  require(!ledger::decode_event(bytes, entry.events.size()), "there is no event behind the last");
}

}  // namespace

void entries(std::string_view bytes) {
  NoTraces no_traces;  // as long as it is on the stack
  auto entry = ledger::decode(bytes);
  if (!entry) {
    require(!entry.error().message.empty(), "what is no entry is told so");
    return read_a_part(bytes);
  }
  check_parts(bytes, *entry);
  // The bytes need not be ours: another writer may have laid out the same in another way.
  std::string ours = ledger::encode(*entry);
  auto again = ledger::decode(ours);
  require(again.has_value(), "what is encoded decodes");
  require(*again == *entry, "an entry is the same after encoding");
  require(ledger::encode(*again) == ours, "an entry is encoded in one way");
}

}  // namespace jobledger::fuzz
