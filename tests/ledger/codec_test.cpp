#include "ledger/codec.h"

#include <catch2/catch.hpp>

#include "ledger/hash.h"
#include "tests/ledger/samples.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::tests {
namespace {

void check_round_trip(const ledger::Entry& entry) {
  std::string bytes = ledger::encode(entry);
  CHECK(bytes.size() % 8 == 0);
  // One segment: the count less one, as a little-endian word, comes first.
  CHECK(bytes.substr(0, 4) == std::string(4, '\0'));
  auto back = ledger::decode(bytes);
  INFO((back ? std::string("it decodes") : back.error().message));
  REQUIRE(back);
  CHECK(*back == entry);
  CHECK(ledger::encode(*back) == bytes);
}

/// A history in which every command comes up, accepted and refused.
constexpr const char* kHistory =
    "submit s(t u v); claim t; claim u; stop t; stopped t; undo 3; undo 5; confirm 1 cancel s; "
    "undo 99; undo 0; undo 3; stopped s; guard 1; submit w(o); cancel w; guard 0; expire u; "
    "submit p#red,blue!3(a(x) b); join q(c); batch B d - e(f); token T; claim x; progress x 40; "
    "finish x out; claim a; fail a boom; claim-tagged red,blue; claim c 60; expire c; cancel c; "
    "cancel-many d f; cancel-batch B; revoke T; cancel c; cancel-many ?g d ~h; cancel-batch ?i; "
    "cancel-batch ~j; claim d; claim ~k; claim ?l; finish x out; fail x boom; progress x 50; "
    "batch C - -; revoke ?U; scopes jobs:read; submit y; batch D y; token V";

}  // namespace

TEST_CASE("every kind of entry is read back as it was written", "[codec]") {
  for (const Sample& sample : samples()) {
    INFO(sample.name);
    check_round_trip(sample.entry);
  }
}

TEST_CASE("whatever was decided is read back from the store as it was", "[codec]") {
  LedgerFixture ledger;
  ledger.envelope.reason = "because";
  ledger.envelope.request_id = "r-1";
  std::string_view rest = kHistory;
  while (!rest.empty()) {
    std::string line(rest.substr(0, rest.find(';')));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    ledger::Receipt receipt = ledger.run(line);
    if (!receipt.entry) continue;
    INFO(line);
    CHECK(ledger.entry(receipt.version - 1) == *receipt.entry);
    check_round_trip(*receipt.entry);
  }
  CHECK(ledger.state().version() > 40);
}

TEST_CASE("texts are any bytes and of any length", "[codec]") {
  ledger::Entry entry = samples().front().entry;
  SECTION("empty") {
    entry.envelope = {};
  }
  SECTION("with a nul and bytes that are no UTF-8") {
    entry.envelope.reason = std::string("a\0b\xff", 4);
    entry.envelope.actor.name = std::string("\0", 1);
  }
  SECTION("long ones stay in one segment") {
    const std::string text(100'000, 'x');
    entry.envelope.actor.client = text;
    entry.envelope.actor.on_behalf_of = text;
    entry.envelope.reason = text;
    entry.envelope.request_id = text;
    entry.envelope.idempotency->key = text;
    entry.command.tags = {text, text};
    entry.command.impossible = {text};
    entry.command.text = text;
    entry.rules.output_url_template = text;
    entry.refusal = ledger::Refusal{ledger::RefusalCode::job_not_found,
                                    {{text, {}, {}, 0, text, text}, {text, {}, {}, 1, text, text}},
                                    0};
  }
  SECTION("many small ones too") {
    for (int i = 0; i < 1000; ++i) {
      entry.command.tags.push_back("");
      entry.command.impossible.push_back("Z1HZ0000000000000000000000");
      entry.command.subjects.push_back({1, 2});
    }
    entry.events.assign(1000, entry.events.front());
  }
  check_round_trip(entry);
}

TEST_CASE("a cascade of a thousand jobs is small", "[codec]") {
  LedgerFixture ledger;
  std::string tree = "p(";
  for (int i = 1; i < 1000; ++i) tree += " c" + std::to_string(i);
  ledger.submit(tree + ")");
  ledger::Receipt receipt = ledger.cancel("c500");
  CHECK(receipt.entry->events.size() == 1000);
  std::size_t size = ledger.store().entry(receipt.version - 1).value().size();
  CHECK(size < 45'000);
  CHECK(size > 40'000);  // five words an event: were it less, something would be missing
}

TEST_CASE("a stored entry that is cut short is found", "[codec]") {
  for (const Sample& sample : samples()) {
    const std::string bytes = ledger::encode(sample.entry);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      // A copy of its own, so that a read past its end is one past an allocation.
      std::string cut(bytes.data(), size);
      cut.shrink_to_fit();
      auto entry = ledger::decode(cut);
      if (entry) {
        INFO(sample.name << " cut to " << size << " bytes");
        CHECK(ledger::sha256({cut}) != ledger::sha256({bytes}));
        CHECK_FALSE(*entry == sample.entry);
      }
    }
  }
}

TEST_CASE("a stored entry with a flipped bit is found", "[codec]") {
  for (const Sample& sample : samples()) {
    const std::string bytes = ledger::encode(sample.entry);
    const ledger::Sha256 hash = ledger::sha256({bytes});
    std::size_t unnoticed = 0;
    std::size_t refused = 0;
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      std::string flipped = bytes;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
      auto entry = ledger::decode(flipped);
      refused += !entry;
      if (!entry && entry.error().message.empty()) FAIL("a reason is missing");
      unnoticed += entry && ledger::sha256({flipped}) == hash;
    }
    INFO(sample.name);
    CHECK(unnoticed == 0);
    CHECK(refused > 0);  // decoding alone finds some, and the hash all
  }
}

TEST_CASE("bytes that are no entry are refused with a reason", "[codec]") {
  CHECK(ledger::decode("").error().message == "its length is not that of an entry");
  CHECK(ledger::decode("1234567").error().message == "its length is not that of an entry");
  CHECK_THAT(ledger::decode(std::string(64, '\xff')).error().message,
             Catch::StartsWith("it does not decode: "));
}

TEST_CASE("values that this program does not know are refused", "[codec]") {
  ledger::Entry entry = samples().front().entry;
  auto refused_as = [&](const std::string& what) {
    auto back = ledger::decode(ledger::encode(entry));
    REQUIRE_FALSE(back);
    CHECK(back.error().message == "it holds an unknown " + what);
  };
  SECTION("a command") {
    entry.command.kind = static_cast<ledger::CommandKind>(ledger::kCommandKinds);
    refused_as("command kind");
  }
  SECTION("an event") {
    entry.events[0].kind = static_cast<ledger::EventKind>(ledger::kEventKinds);
    refused_as("event kind");
  }
  SECTION("a cause") {
    entry.events[0].cause = static_cast<ledger::Cause>(ledger::kCauses);
    refused_as("cause");
  }
  SECTION("a status") {
    entry.events[0].after = static_cast<ledger::JobStatus>(ledger::kStatusCount);
    refused_as("status");
  }
  SECTION("a refusal") {
    entry.refusal = ledger::Refusal{static_cast<ledger::RefusalCode>(ledger::kRefusalCodes), {}, 0};
    refused_as("refusal code");
  }
  SECTION("a rule") {
    entry.rules.on_child_error = static_cast<ledger::OnChildError>(2);
    refused_as("child error rule");
  }
  SECTION("an actor") {
    entry.envelope.actor.kind = static_cast<ledger::ActorKind>(3);
    refused_as("actor kind");
  }
  SECTION("a place beyond the events") {
    entry.events[1].via = static_cast<std::uint32_t>(entry.events.size());
    refused_as("event place");
  }
  SECTION("an event without its detail") {
    entry.events[0].detail.reset();
    refused_as("detail for the kind of its event");
  }
  SECTION("an event with the detail of another") {
    entry.events[0].detail = ledger::make_detail<ledger::Detail>(ledger::ClaimDetail{});
    refused_as("detail for the kind of its event");
  }
}

}  // namespace jobledger::tests
