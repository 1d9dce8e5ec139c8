#include "ledger/writer.h"

#include <catch2/catch.hpp>

#include "tests/support/ledger_fixture.h"
#include "tests/support/temp_dir.h"

namespace jobledger::tests {
namespace {

template <typename... Lines>
std::vector<ledger::Submission> group_of(const LedgerFixture& ledger, Lines... lines) {
  std::vector<ledger::Submission> group;
  (group.push_back(ledger.ask(lines)), ...);
  return group;
}

/// What a receipt says and of which version: `1: submitted a queued`.
std::string told(const LedgerFixture& ledger, const ledger::Receipt& receipt) {
  return std::to_string(receipt.version) + ": " + ledger.tell(receipt);
}

std::uint64_t stored(LedgerFixture& ledger) {
  return ledger.store().entry_count().value();
}

/// Of the commands from here on.
void use_key(LedgerFixture& ledger, const std::string& key, std::uint8_t content = 1) {
  ledger.envelope.idempotency = ledger::Idempotency{key, ledger::Sha256{content}, 0};
}

/// Notes what the writer calls settled while it asks for the time, and while it decides.
class Witness : public ledger::Clock, public ledger::IdSource {
 public:
  ledger::TimeMs now() override {
    settled_at_the_clock.push_back(writer->is_settled(kNewYear - 1));
    return kNewYear;
  }
  ledger::Ulid next_ulid(ledger::TimeMs) override { return {0, ++drawn_}; }
  ledger::Salt next_salt() override {
    settled_before = writer->is_settled(kNewYear - 1);
    settled_then = writer->is_settled(kNewYear);
    return {};
  }

  const ledger::Writer* writer = nullptr;
  std::vector<bool> settled_at_the_clock;
  bool settled_before = false;
  bool settled_then = true;

 private:
  std::uint64_t drawn_ = 0;
};

}  // namespace

TEST_CASE("no time is settled at which a command is being decided", "[writer]") {
  auto store = ledger::Store::open("", {.in_memory = true});
  REQUIRE(store);
  projections::State state;
  Witness witness;
  ledger::Writer writer(**store, state, {}, 0, witness, witness);
  witness.writer = &writer;
  CHECK(writer.is_settled(kNewYear));
  std::vector<ledger::Submission> group(1);
  group[0].envelope.actor.team = "team";
  group[0].command = ledger::RevokeToken{};
  REQUIRE(writer.commit(group));
  CHECK(state.version() == 1);
  CHECK(witness.settled_at_the_clock == std::vector<bool>{false});
  CHECK(witness.settled_before);
  CHECK_FALSE(witness.settled_then);
  CHECK(writer.is_settled(kNewYear));
}

TEST_CASE("nothing is visible before it is durable", "[writer]") {
  LedgerFixture ledger;
  auto group = ledger.prepare(group_of(ledger, "submit a"));
  CHECK(group.version == 1);
  CHECK(ledger.state().folded() == 1);
  CHECK(ledger.state().version() == 0);
  CHECK(stored(ledger) == 0);
  CHECK_FALSE(ledger.store().payload(ledger.id("a")));

  ledger.append(group);
  CHECK(ledger.state().version() == 1);
  CHECK(stored(ledger) == 1);
  CHECK(ledger.store().payload(ledger.id("a")));
}

TEST_CASE("a group is decided on the one before it, durable or not", "[writer]") {
  LedgerFixture ledger;
  auto first = ledger.prepare(group_of(ledger, "submit p(a b)", "submit c"));
  auto second = ledger.prepare(group_of(ledger, "cancel a", "cancel p"));
  CHECK(told(ledger, second.receipts[0]) ==
        "3: cancelled a requested; cancelled p child<a; cancelled b sibling<a");
  CHECK(told(ledger, second.receipts[1]) == "4: refused not_cancellable p:manually_cancelled");
  CHECK(ledger.state().version() == 0);

  ledger.append(first);
  CHECK(ledger.state().version() == 2);
  CHECK(stored(ledger) == 2);
  ledger.append(second);
  CHECK(ledger.state().version() == 4);
  CHECK(stored(ledger) == 4);

  ledger.refold();
  CHECK(ledger.statuses("p a b c") ==
        "p:manually_cancelled a:manually_cancelled b:manually_cancelled c:queued");
}

TEST_CASE("a group that was prepared and lost leaves no trace", "[writer]") {
  LedgerFixture ledger;
  ledger.run("submit a");
  { auto lost = ledger.prepare(group_of(ledger, "cancel a", "submit b")); }
  ledger.refold();
  CHECK(ledger.statuses("a") == "a:queued");
  CHECK(ledger.outcome("cancel a") == "cancelled a requested");
  CHECK(stored(ledger) == 2);
}

TEST_CASE("each command of a group is decided on those before it", "[writer]") {
  LedgerFixture ledger;
  ledger.run("submit a; submit b");
  auto group = ledger.prepare(
      group_of(ledger, "claim", "claim", "claim", "cancel a", "claim-tagged none", "submit c"));
  CHECK(told(ledger, group.receipts[0]) == "3: claimed a 300s");
  CHECK(told(ledger, group.receipts[1]) == "4: claimed b 300s");
  CHECK(told(ledger, group.receipts[2]) == "4: nothing");
  CHECK(told(ledger, group.receipts[3]) == "5: refused not_cancellable a:render:dorender");
  CHECK(told(ledger, group.receipts[4]) == "5: nothing");
  CHECK(told(ledger, group.receipts[5]) == "6: submitted c queued");
  CHECK(group.version == 6);
  ledger.append(group);
  for (std::uint64_t i = 0; i < 6; ++i) CHECK(ledger.entry(i).index == i);
}

TEST_CASE("a group that makes no entry writes none", "[writer]") {
  LedgerFixture ledger;
  ledger.run("submit a; claim");
  auto group = ledger.prepare(group_of(ledger, "claim", "progress a 1"));
  CHECK(group.batch.empty());
  CHECK(group.version == 2);
  ledger.append(group);
  CHECK(ledger.state().version() == 2);
  CHECK(stored(ledger) == 2);
  ledger::PreparedGroup none = ledger.prepare({});
  ledger.append(none);
  CHECK(ledger.state().version() == 2);
}

TEST_CASE("commit is prepare and append", "[writer]") {
  LedgerFixture ledger;
  auto group = group_of(ledger, "submit a", "cancel ?b");
  auto receipts = ledger.writer().commit(group);
  REQUIRE(receipts);
  CHECK(receipts->size() == 2);
  CHECK((*receipts)[1].version == 2);
  CHECK(ledger.state().version() == 2);
  CHECK(stored(ledger) == 2);
}

TEST_CASE("an entry holds the envelope, the rules and a salt of its own", "[writer]") {
  LedgerFixture ledger;
  ledger.rules.progress_step = 7;
  ledger.rules.output_url_template = "u/{id}";
  ledger.envelope.reason = "because";
  ledger.envelope.request_id = "request";
  ledger.envelope.traceparent = "trace";
  ledger.envelope.actor.on_behalf_of = "bob";
  ledger.run("submit a; cancel a");
  ledger::Entry entry = ledger.entry(1);
  CHECK(entry.envelope == ledger.envelope);
  CHECK(entry.rules == ledger.rules);
  CHECK(entry.rules_version == ledger::kRulesVersion);
  CHECK(entry.time == kNewYear);
  CHECK(entry.salt != ledger.entry(0).salt);
}

TEST_CASE("time never goes back", "[writer]") {
  LedgerFixture ledger;
  ledger.clock().set(kNewYear + 1000);
  ledger.run("submit a");
  ledger.clock().set(kNewYear);
  ledger.run("submit b");
  CHECK(ledger.entry(1).time == kNewYear + 1000);
  CHECK(ledger.id("b") > ledger.id("a"));
  ledger.refold();  // not over a restart either
  ledger.run("submit c");
  CHECK(ledger.entry(2).time == kNewYear + 1000);
  ledger.clock().set(kNewYear + 1001);
  ledger.run("submit d");
  CHECK(ledger.entry(3).time == kNewYear + 1001);
}

TEST_CASE("a key repeats the first answer", "[writer][idempotency]") {
  LedgerFixture ledger;
  use_key(ledger, "k");
  ledger.run("submit a");
  ledger.envelope.idempotency.reset();
  ledger.run("submit b");

  use_key(ledger, "k");
  ledger::Receipt repeat = ledger.run("submit c");
  CHECK(repeat.replayed);
  CHECK(repeat.recorded);
  CHECK(repeat.version == 1);
  CHECK_FALSE(repeat.entry);
  CHECK_FALSE(repeat.refusal);
  CHECK(stored(ledger) == 2);
}

TEST_CASE("a key with another content is refused and not recorded", "[writer][idempotency]") {
  LedgerFixture ledger;
  use_key(ledger, "k", 1);
  ledger.run("submit a");
  use_key(ledger, "k", 2);
  CHECK(told(ledger, ledger.run("submit b")) == "1: refused idempotency_key_reused (not recorded)");
  CHECK(stored(ledger) == 1);
}

TEST_CASE("a key is known at once", "[writer][idempotency]") {
  LedgerFixture ledger;
  use_key(ledger, "k");
  auto group = ledger.prepare(group_of(ledger, "submit a", "submit b"));
  CHECK(told(ledger, group.receipts[0]) == "1: submitted a queued");
  CHECK(told(ledger, group.receipts[1]) == "1: replayed entry 0");
  auto next = ledger.prepare(group_of(ledger, "submit c"));
  CHECK(told(ledger, next.receipts[0]) == "1: replayed entry 0");
  ledger.append(group);
  ledger.append(next);
  CHECK(ledger.state().version() == 1);
}

TEST_CASE("a key belongs to its team", "[writer][idempotency]") {
  LedgerFixture ledger;
  use_key(ledger, "k");
  CHECK(ledger.outcome("submit a") == "submitted a queued");
  CHECK(ledger.outcome("as other; submit b") == "submitted b queued");
  CHECK(ledger.outcome("submit c") == "replayed entry 1");
  CHECK(ledger.outcome("as acme; submit c") == "replayed entry 0");
}

TEST_CASE("a refused command keeps its key", "[writer][idempotency]") {
  LedgerFixture ledger;
  ledger.run("submit a; cancel a");
  use_key(ledger, "k");
  CHECK(ledger.outcome("cancel a") == "refused not_cancellable a:manually_cancelled");
  CHECK(ledger.outcome("cancel a") == "replayed entry 2");
  CHECK(ledger.entry(2).refusal.has_value());
}

TEST_CASE("a command that changed nothing, or that was answered 400, uses no key",
          "[writer][idempotency]") {
  LedgerFixture ledger;
  use_key(ledger, "k");
  CHECK(ledger.outcome("claim") == "nothing");
  CHECK(ledger.outcome("batch B -") == "refused batch_failed [0]");
  CHECK_FALSE(ledger.entry(0).envelope.idempotency);
  CHECK(ledger.outcome("submit a") == "submitted a queued");
  CHECK(ledger.outcome("submit b") == "replayed entry 1");
}

TEST_CASE("a key is kept until it expires", "[writer][idempotency]") {
  LedgerFixture ledger;
  ledger.rules.idempotency_ttl_ms = 5000;
  use_key(ledger, "k");
  ledger.run("submit a");
  CHECK(ledger.entry(0).envelope.idempotency->expires == kNewYear + 5000);
  // Its own entry set the time: later settings are for later keys.
  ledger.rules.idempotency_ttl_ms = 1;
  CHECK(ledger.outcome("wait 5000; submit b") == "replayed entry 0");
  CHECK(ledger.outcome("wait 1; submit b") == "submitted b queued");
  CHECK(ledger.outcome("submit c") == "replayed entry 1");
  CHECK(ledger.outcome("wait 2; submit c") == "submitted c queued");
}

TEST_CASE("a key is known after a restart", "[writer][idempotency]") {
  LedgerFixture ledger;
  ledger.rules.idempotency_ttl_ms = 5000;
  use_key(ledger, "k", 1);
  ledger.run("submit a");
  ledger.refold();
  CHECK(ledger.outcome("submit b") == "replayed entry 0");
  use_key(ledger, "k", 2);
  CHECK(ledger.outcome("submit b") == "refused idempotency_key_reused (not recorded)");
  ledger.refold();
  CHECK(ledger.outcome("wait 5001; submit b") == "submitted b queued");
}

TEST_CASE("the log goes on after a restart", "[writer]") {
  TempDir directory;
  {
    auto store = ledger::Store::open(directory.path(), {});
    REQUIRE(store);
    LedgerFixture ledger(**store, {});
    ledger.run("submit p(a b); claim a; cancel b");
  }
  auto store = ledger::Store::open(directory.path(), {});
  REQUIRE(store);
  LedgerFixture ledger(**store, {});
  CHECK(ledger.state().version() == 3);
  ledger.clock().advance(1);  // so that its counted ids are new
  CHECK(told(ledger, ledger.run("submit c")) == "4: submitted c queued");
  std::vector<ledger::JobStatus> statuses;
  for (ledger::JobNumber job = 0; job < 3; ++job) {
    statuses.push_back(ledger.state().graph().status_at(job, 4));
  }
  CHECK(statuses == std::vector<ledger::JobStatus>{ledger::JobStatus::manually_cancelled,
                                                   ledger::JobStatus::rendering,
                                                   ledger::JobStatus::manually_cancelled});
}

TEST_CASE("a failed write publishes nothing and stays failed", "[writer]") {
  TempDir directory;
  { REQUIRE(ledger::Store::open(directory.path(), {})); }
  ledger::StoreOptions options;
  options.read_only = true;  // a store that takes no write
  auto store = ledger::Store::open(directory.path(), options);
  REQUIRE(store);
  LedgerFixture ledger(**store, {});
  auto group = ledger.prepare(group_of(ledger, "submit a"));
  auto appended = ledger.writer().append(group);
  REQUIRE_FALSE(appended);
  CHECK_THAT(appended.error().message, Catch::Contains("whether it is on disk is unknown"));
  CHECK(ledger.state().version() == 0);

  appended = ledger.writer().append(group);
  REQUIRE_FALSE(appended);
  CHECK_THAT(appended.error().message, Catch::Contains("takes no more writes"));
  auto more = group_of(ledger, "submit b");
  CHECK_FALSE(ledger.writer().commit(more));
  CHECK(ledger.state().version() == 0);
}

}  // namespace jobledger::tests
