// Parts of an entry are those of the whole, and are had without the rest.

#include <catch2/catch.hpp>

#include "ledger/codec.h"
#include "tests/ledger/samples.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::tests {
namespace {

void check_excerpt(const ledger::Entry& entry, ledger::JobNumber job,
                   const ledger::EntryExcerpt& excerpt) {
  ledger::Entry frame = entry;
  frame.events.clear();
  CHECK(excerpt.entry == frame);
  std::size_t at = 0;
  for (const ledger::Event& event : entry.events) {
    if (event.number != job) continue;
    REQUIRE(at < excerpt.events.size());
    CHECK(excerpt.events[at].event == event);
    std::optional<ledger::Ulid> via;
    if (event.via != ledger::kNoPlace) via = entry.events[event.via].subject;
    CHECK(excerpt.events[at].via == via);
    ++at;
  }
  CHECK(at == excerpt.events.size());
}

void check_outline(const ledger::Entry& entry, std::string_view bytes) {
  auto outline = ledger::decode_outline(bytes);
  REQUIRE(outline);
  ledger::Entry frame = entry;
  frame.events.clear();
  CHECK(outline->entry == frame);
  std::array<std::uint32_t, ledger::kEventKinds> counts = {};
  for (const ledger::Event& event : entry.events) ++counts[static_cast<std::size_t>(event.kind)];
  CHECK(outline->counts == counts);
}

void check_parts(const ledger::Entry& entry) {
  // Aligned, as a string keeps them, and not.
  std::string aligned = ledger::encode(entry);
  std::string moved = "x" + aligned;
  for (std::string_view bytes : {std::string_view(aligned), std::string_view(moved).substr(1)}) {
    auto head = ledger::decode_head(bytes);
    REQUIRE(head);
    CHECK(head->index == entry.index);
    CHECK(head->time == entry.time);
    CHECK(head->envelope == entry.envelope);
    for (std::size_t place = 0; place < entry.events.size(); ++place) {
      auto event = ledger::decode_event(bytes, place);
      REQUIRE(event);
      CHECK(*event == entry.events[place]);
      auto excerpt = ledger::decode_excerpt(bytes, entry.events[place].number);
      REQUIRE(excerpt);
      check_excerpt(entry, entry.events[place].number, *excerpt);
    }
    check_outline(entry, bytes);
    auto none = ledger::decode_excerpt(bytes, 123'456'789);
    REQUIRE(none);
    CHECK(none->events.empty());
    CHECK_FALSE(ledger::decode_event(bytes, entry.events.size()));
  }
}

}  // namespace

TEST_CASE("the parts of every kind of entry are those of the whole", "[codec]") {
  for (const Sample& sample : samples()) {
    INFO(sample.name);
    check_parts(sample.entry);
  }
}

TEST_CASE("the parts of a cascade are those of the whole", "[codec]") {
  LedgerFixture ledger;
  ledger.run("submit p(a(x y) b c); claim b; cancel x");
  for (std::uint64_t index = 0; index < 3; ++index) check_parts(ledger.entry(index));
  CHECK(ledger.entry(2).events.size() > 4);
}

TEST_CASE("an outline names the jobs that a list asked for, accepted or not", "[codec]") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); submit q; cancel-many q a; cancel-many q a");
  auto outline = [&](std::uint64_t index) {
    return ledger::decode_outline(ledger::encode(ledger.entry(index))).value();
  };
  std::vector<ledger::Ulid> asked = {ledger.id("q"), ledger.id("a")};
  CHECK(outline(2).requested == asked);
  CHECK(outline(2).count(ledger::EventKind::job_cancelled) == 4);
  CHECK(outline(3).requested.empty());
  CHECK(outline(3).entry.command.subjects == asked);
}

TEST_CASE("what is not asked for is not read", "[codec]") {
  LedgerFixture ledger;
  ledger.run("submit p(a b)");
  ledger::Entry entry = ledger.entry(0);
  entry.events[1].kind = static_cast<ledger::EventKind>(200);
  std::string bytes = ledger::encode(entry);
  CHECK_FALSE(ledger::decode(bytes));
  CHECK_FALSE(ledger::decode_event(bytes, 1));
  CHECK_FALSE(ledger::decode_excerpt(bytes, entry.events[1].number));
  CHECK(ledger::decode_event(bytes, 0));
  CHECK(ledger::decode_event(bytes, 2));
  CHECK(ledger::decode_excerpt(bytes, entry.events[2].number));
  CHECK(ledger::decode_head(bytes));
}

TEST_CASE("no damage makes the reading of a part crash", "[codec]") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); cancel a");
  const std::string intact = ledger::encode(ledger.entry(1));
  auto read = [](std::string_view bytes) {
    (void)ledger::decode_head(bytes);
    for (std::size_t place : {0, 1, 7}) (void)ledger::decode_event(bytes, place);
    (void)ledger::decode_excerpt(bytes, 2);
    (void)ledger::decode_outline(bytes);
  };
  for (std::size_t size = 0; size < intact.size(); ++size) read(intact.substr(0, size));
  for (std::size_t bit = 0; bit < intact.size() * 8; ++bit) {
    std::string bytes = intact;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    read(bytes);
  }
  CHECK_FALSE(ledger::decode_head(""));
  CHECK_FALSE(ledger::decode_event("x", 0));
}

}  // namespace jobledger::tests
