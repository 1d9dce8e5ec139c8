#include "projections/cancellations.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "projections/history.h"
#include "projections/snapshots.h"
#include "projections/words.h"
#include "tests/support/folding.h"
#include "tests/support/map_chunks.h"
#include "tests/support/random_cancels.h"

namespace jobledger::tests {
namespace {

using ledger::CommandKind;
using ledger::Entry;
using ledger::EventKind;
using projections::CancellationFilter;
using Entries = std::vector<std::uint64_t>;
using Outcome = CancellationFilter::Outcome;

CancellationFilter everything(const std::string& team = "acme") {
  CancellationFilter filter;
  filter.team = team;
  filter.below = ~0ull;
  return filter;
}

std::string found(LedgerFixture& ledger, const CancellationFilter& filter,
                  std::uint64_t version = ~0ull) {
  return to_text(find_cancellations(ledger.state(), filter,
                                    std::min(version, ledger.state().version()), 1000));
}

std::string of_outcome(LedgerFixture& ledger, Outcome outcome, std::uint64_t version = ~0ull) {
  CancellationFilter filter = everything();
  filter.outcome = outcome;
  return found(ledger, filter, version);
}

std::string of_reason(LedgerFixture& ledger, std::string_view query) {
  CancellationFilter filter = everything();
  filter.words = projections::words_of(query);
  return found(ledger, filter);
}

TEST_CASE("cancels, undos and what else cancels a job are cancellations, others are not") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); submit q; submit r(c d)");  // 0, 1, 2
  ledger.run("cancel ?x; cancel q; undo 4; undo 99");    // 3 refused, 4, 5, 6 refused
  ledger.run("claim a; stop p; stopped a");              // 7, 8, 9
  ledger.run("claim c; fail c broken");                  // 10, 11: takes d along
  ledger.run("claim q; expire q");                       // 12, 13: only queued again
  ledger.run("claim q; stop q; expire q");               // 14, 15, 16
  ledger.run("finish q -");                              // 17: late, and refused
  CHECK(found(ledger, everything()) == "16 15 11 9 8 6 5 4 3 ");
  CHECK(found(ledger, everything("other")) == "");
  CHECK(of_outcome(ledger, Outcome::refused) == "6 3 ");
  CHECK(of_outcome(ledger, Outcome::accepted) == "16 15 11 9 8 5 4 ");
}

TEST_CASE("what was undone is so from its undo on, with what had carried out its stops") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); claim a; stop p; stopped a");  // 0, 1, 2, 3
  CHECK(of_outcome(ledger, Outcome::undone) == "");
  ledger.run("undo 2");  // 4
  ledger.run("undo 4");  // 5
  const auto& index = ledger.state().audit().cancellations();
  CHECK(index.undone_by(2, 6) == 4);
  CHECK(index.undone_by(3, 6) == 4);
  CHECK(index.undone_by(4, 6) == 5);
  CHECK_FALSE(index.undone_by(5, 6));
  CHECK_FALSE(index.undone_by(2, 4));
  CHECK(of_outcome(ledger, Outcome::undone) == "4 3 2 ");
  CHECK(of_outcome(ledger, Outcome::undone, 5) == "3 2 ");
  CHECK(of_outcome(ledger, Outcome::undone, 4) == "");
  CHECK(of_outcome(ledger, Outcome::accepted, 4) == "3 2 ");
}

TEST_CASE("a reason is found by the beginnings of its words, in any case and order") {
  LedgerFixture ledger;
  ledger.run("submit a; submit b");
  ledger.envelope.reason = "Wrong logo, see TICKET-17b";
  ledger.run("cancel a");  // 2
  ledger.envelope.reason = "wrong voice";
  ledger.run("cancel b");  // 3
  CHECK(of_reason(ledger, "wrong") == "3 2 ");
  CHECK(of_reason(ledger, "LOG wr") == "2 ");
  CHECK(of_reason(ledger, "17") == "2 ");
  CHECK(of_reason(ledger, "ogo") == "");
  CHECK(of_reason(ledger, "wrong ticket voice") == "");
}

TEST_CASE("a refused undo is told of with each job of its cascade, in its way or not") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); cancel a; undo 1; claim a; undo 1");  // 4: a has moved on
  for (const char* name : {"p", "a", "b"}) {
    auto job = ledger.state().graph().find("acme", ledger.id(name), ~0ull).value();
    std::string told = to_text(projections::steps_of_job(ledger.state(), job, 5));
    CHECK(told == (name == std::string("a") ? "0 1 2 3 4 " : "0 1 2 4 "));
  }
}

bool is_cancellation(const Entry& entry) {
  CommandKind kind = entry.command.kind;
  return kind == CommandKind::cancel_job || kind == CommandKind::cancel_jobs ||
         kind == CommandKind::cancel_batch || kind == CommandKind::undo_cancel ||
         std::any_of(entry.events.begin(), entry.events.end(), [](const ledger::Event& event) {
           return event.kind == EventKind::job_cancelled || event.kind == EventKind::stop_requested;
         });
}

/// The same questions, answered by a look at every entry below the version.
class ByHand {
 public:
  ByHand(LedgerFixture& ledger, std::uint64_t version) {
    for (std::uint64_t i = 0; i < version; ++i) entries_.push_back(ledger.entry(i));
    for (const Entry& entry : entries_) {
      if (entry.command.kind != CommandKind::undo_cancel || entry.refusal) continue;
      undone_.insert(*entry.command.entry);
      for (const Entry& other : entries_) {
        if (other.command.kind != CommandKind::undo_cancel && !other.refusal &&
            other.command.entry == entry.command.entry) {
          undone_.insert(other.index);
        }
      }
    }
  }

  Entries find(const CancellationFilter& filter, std::size_t most) const {
    Entries found;
    for (auto entry = entries_.rbegin(); entry != entries_.rend() && found.size() < most; ++entry) {
      if (fits(*entry, filter)) found.push_back(entry->index);
    }
    return found;
  }

 private:
  bool fits(const Entry& entry, const CancellationFilter& filter) const {
    const ledger::Actor& actor = entry.envelope.actor;
    if (!is_cancellation(entry) || (filter.team && actor.team != *filter.team)) {
      return false;
    }
    if (entry.index < filter.from || entry.index >= filter.below) return false;
    if (!filter.actor.empty() && filter.actor != actor.name && filter.actor != actor.token.text()) {
      return false;
    }
    if (!filter.on_behalf_of.empty() && filter.on_behalf_of != actor.on_behalf_of) return false;
    if (filter.type && *filter.type != entry.command.kind) return false;
    if (filter.outcome == Outcome::accepted && entry.refusal) return false;
    if (filter.outcome == Outcome::refused && !entry.refusal) return false;
    if (filter.outcome == Outcome::undone && !undone_.contains(entry.index)) return false;
    if (filter.about && !std::count(filter.about->begin(), filter.about->end(), entry.index)) {
      return false;
    }
    std::vector<std::string> words = projections::words_of(entry.envelope.reason);
    return std::all_of(filter.words.begin(), filter.words.end(), [&](const std::string& prefix) {
      return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
        return prefix.size() == 1 ? word == prefix : word.starts_with(prefix);
      });
    });
  }

  std::vector<Entry> entries_;
  std::set<std::uint64_t> undone_;
};

CancellationFilter draw_filter(RandomHistory& random, std::uint64_t version) {
  CancellationFilter filter = everything(random.one_in(5) ? "other" : "acme");
  if (random.one_in(5)) filter.team.reset();
  if (random.one_in(3)) filter.actor = random.any(RandomCancels::actors());
  if (random.one_in(6)) filter.actor = ledger::Ulid{1, 5}.text();
  if (random.one_in(3)) filter.on_behalf_of = random.any(RandomCancels::people());
  if (random.one_in(2)) {
    std::string word = random.any(RandomCancels::words());
    filter.words = projections::words_of(word.substr(0, 1 + random.below(4)));
  }
  if (random.one_in(4)) {
    filter.type = random.any(std::vector{CommandKind::cancel_job, CommandKind::undo_cancel,
                                         CommandKind::fail_job, CommandKind::report_stopped});
  }
  filter.outcome = static_cast<Outcome>(random.below(4));
  auto bound = static_cast<std::uint32_t>(version + 2);
  if (random.one_in(3)) filter.from = random.below(bound);
  if (random.one_in(3)) filter.below = random.below(bound);
  if (random.one_in(4)) {
    filter.about.emplace();
    for (std::uint64_t i = 0; i < version; ++i) {
      if (random.one_in(2)) filter.about->push_back(i);
    }
  }
  return filter;
}

TEST_CASE("any filter finds at any version what a look at every entry finds", "[random]") {
  std::uint64_t seed = seed_or(21);
  INFO("TEST_SEED=" << seed);
  LedgerFixture ledger;
  RandomCancels history(seed, ledger);
  history.steps(400);
  RandomHistory& random = history.random();
  for (int round = 0; round < 20; ++round) {
    auto head = static_cast<std::uint32_t>(ledger.state().version());
    std::uint64_t version = round % 2 == 0 ? head : random.below(head + 1);
    ByHand by_hand(ledger, version);
    for (int i = 0; i < 40; ++i) {
      CancellationFilter filter = draw_filter(random, version);
      std::size_t most = 1 + random.below(30);
      REQUIRE(find_cancellations(ledger.state(), filter, version, most) ==
              by_hand.find(filter, most));
    }
  }
}

TEST_CASE("cancellations are the same folded live, folded again and loaded", "[random]") {
  std::uint64_t seed = seed_or(22);
  INFO("TEST_SEED=" << seed);
  LedgerFixture ledger;
  RandomCancels history(seed, ledger);
  history.steps(150);
  projections::State loaded;
  auto& from = ledger.state();
  std::vector<MapChunks> saved(from.projections().size());
  auto capture = from.capture();
  for (std::size_t i = 0; i < saved.size(); ++i) {
    capture.saves[i](saved[i], run_at_once);
    REQUIRE(loaded.projections()[i]->load(capture.version, saved[i]));
  }
  for (auto* projection : loaded.projections()) REQUIRE(projection->derive(capture.version));
  loaded.publish(capture.version);
  history.steps(150);
  fold_on(ledger.store(), loaded, from.version());
  auto again = fold_up_to(ledger.store(), from.version());
  CHECK(projections::digests(loaded) == projections::digests(from));
  CHECK(projections::digests(*again) == projections::digests(from));
  for (int i = 0; i < 60; ++i) {
    CancellationFilter filter = draw_filter(history.random(), from.version());
    Entries expected = find_cancellations(from, filter, from.version(), 50);
    CHECK(find_cancellations(loaded, filter, from.version(), 50) == expected);
    CHECK(find_cancellations(*again, filter, from.version(), 50) == expected);
  }
}

}  // namespace
}  // namespace jobledger::tests
