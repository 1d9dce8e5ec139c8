#include "projections/name_table.h"

#include <catch2/catch.hpp>

#include "projections/replay.h"
#include "tests/support/folding.h"
#include "tests/support/history_run.h"
#include "tests/support/ledger_fixture.h"
#include "tests/support/map_chunks.h"

namespace jobledger::tests {
namespace {

using projections::NameTable;

constexpr std::uint64_t kHead = ~std::uint64_t{0};

ledger::Receipt submit_named(LedgerFixture& ledger, std::string_view tree, std::string uid) {
  ledger::Submission submission = ledger.ask("submit " + std::string(tree));
  std::get<ledger::SubmitJob>(submission.command).uid = std::move(uid);
  return ledger.commit(std::move(submission));
}

std::optional<ledger::JobNumber> find(LedgerFixture& ledger, std::string_view name,
                                      std::uint64_t version = kHead) {
  return ledger.state().names().find_job(ledger.team(), name, version);
}

TEST_CASE("a job is known by its name and by its id, from its entry on") {
  LedgerFixture ledger;
  ledger.run("submit x");
  submit_named(ledger, "a(b)", "first");
  CHECK(find(ledger, "first") == 1);
  CHECK(find(ledger, "first", 1) == std::nullopt);
  CHECK(find(ledger, "first", 2) == 1);
  CHECK(find(ledger, ledger.id("a").text()) == 1);
  CHECK(find(ledger, ledger.id("x").text()) == 0);
  CHECK(find(ledger, "second") == std::nullopt);
  CHECK(ledger.state().names().name_of(0).empty());
  CHECK(ledger.state().names().name_of(1) == "first");
  CHECK(ledger.state().names().name_of(2).empty());
}

TEST_CASE("a name, like an id, is unique within its team") {
  LedgerFixture ledger;
  submit_named(ledger, "a", "first");
  std::string id = ledger.id("a").text();
  for (const std::string& taken : {std::string("first"), id}) {
    auto refused = submit_named(ledger, "b", taken);
    REQUIRE(refused.refusal);
    CHECK(refused.refusal->code == ledger::RefusalCode::uid_taken);
    CHECK(refused.refusal->offenders.front().id == taken);
    CHECK_FALSE(refused.recorded);
  }
  ledger.run("as other");
  CHECK(find(ledger, "first") == std::nullopt);
  CHECK(submit_named(ledger, "c", "first").recorded);
  CHECK(find(ledger, "first") == 1);
}

TEST_CASE("names survive a refold, a snapshot and a replay") {
  LedgerFixture ledger;
  submit_named(ledger, "a", "first");
  ledger.run("submit b");
  submit_named(ledger, "c", std::string(ledger::kMaxUid, 'n'));
  MapChunks chunks;
  ledger.state().names().save(3)(chunks, run_at_once);
  ledger.refold();
  CHECK(find(ledger, "first") == 0);

  NameTable loaded(ledger.state().graph());
  REQUIRE(loaded.load(3, chunks));
  REQUIRE(loaded.derive(3));
  CHECK(loaded.find(ledger.team(), "first", kHead) == 0);
  CHECK(loaded.name_of(2) == std::string(ledger::kMaxUid, 'n'));

  Notes notes;
  auto into = store_in_memory();
  auto replayed = projections::replay(ledger.store(), *into, {3, {1}}, notes.report());
  REQUIRE(replayed);
  LedgerFixture copy(*into, {});
  copy.envelope.actor.team = ledger.team();
  copy.refold();
  CHECK(find(copy, "first") == 0);
  CHECK(find(copy, std::string(ledger::kMaxUid, 'n')) == 1);
}

TEST_CASE("names that are no names of these jobs are not loaded") {
  LedgerFixture ledger;
  submit_named(ledger, "a", "first");
  submit_named(ledger, "b", "other");
  MapChunks chunks;
  ledger.state().names().save(2)(chunks, run_at_once);
  std::string rows = *chunks.read("rows/tail");
  auto loads = [&](std::string bytes) {
    MapChunks damaged;
    damaged.set("rows/tail", std::move(bytes));
    NameTable table(ledger.state().graph());
    return table.load(2, damaged).has_value() && table.derive(2).has_value();
  };
  CHECK(loads(rows));
  CHECK_FALSE(loads(rows.substr(0, rows.size() - 1)));
  constexpr std::size_t kCount = 8;
  for (std::size_t at : {kCount, kCount + 4, kCount + 8}) {  // job, team, length
    std::string bytes = rows;
    bytes[at] = static_cast<char>(0x7f);
    CHECK_FALSE(loads(bytes));
  }
  std::string same = rows;
  same.replace(same.find("other"), 5, "first");
  CHECK_FALSE(loads(same));
}

}  // namespace
}  // namespace jobledger::tests
