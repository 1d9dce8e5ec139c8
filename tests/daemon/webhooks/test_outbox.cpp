#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "daemon/webhooks/delivery_list.h"
#include "daemon/webhooks/outbox.h"
#include "tests/support/temp_dir.h"

namespace jobledger::daemon::webhooks {
namespace {

const ledger::Ulid kLedger{1, 2};
const Receiver kA{"acme", "01J8ZQ5V7M3N9XKCW2D4R6T8YB"};
const Receiver kB{"acme", "job:https://b.example:443"};

struct World {
  tests::TempDir dir;
  std::string path = outbox_of(dir.path());
  std::unique_ptr<Outbox> outbox;

  explicit World(std::uint64_t version = 0) { open(version); }

  void open(std::uint64_t version) {
    outbox.reset();
    auto opened = Outbox::open(path, kLedger, version);
    REQUIRE(opened);
    outbox = std::move(*opened);
  }

  static Delivery delivery(std::uint64_t entry, const std::string& subject,
                           const Receiver& receiver = kA) {
    Delivery made;
    made.message = "msg_" + std::to_string(entry);
    made.entry = entry;
    made.event = "job.finished";
    made.subject = subject;
    made.receiver = receiver;
    made.url = "https://example.com/";
    return made;
  }

  std::int64_t note(const std::vector<Delivery>& deliveries, ledger::TimeMs now = 100) {
    return outbox->note(deliveries, {}, {deliveries.back().entry + 1, 0}, now);
  }

  /// The entries of what is due, in its order.
  std::string due(const Receiver& receiver = kA) {
    std::string text;
    for (const Delivery& each : outbox->due(receiver, 100)) {
      text += (text.empty() ? "" : " ") + std::to_string(each.entry) + '@' +
              std::to_string(*each.next_at);
    }
    return text;
  }

  std::int64_t end(std::uint64_t entry, Verdict verdict, ledger::TimeMs now,
                   const Receiver& receiver = kA) {
    for (const Delivery& each : outbox->due(receiver, 100)) {
      if (each.entry != entry) continue;
      bool well = verdict.state == DeliveryState::delivered;
      Attempt attempt{now - 5, 5, well ? 200 : 500, well ? "" : "the answer was 500"};
      return outbox->record(std::vector<Outbox::Attempted>{{each, attempt, verdict}}, now);
    }
    throw std::logic_error("it is not due");
  }
};

constexpr Verdict kDelivered{DeliveryState::delivered, 0};
constexpr Verdict kFailed{DeliveryState::failed, 0};

Verdict again_at(ledger::TimeMs at) {
  return {DeliveryState::due, at};
}

}  // namespace

TEST_CASE("a new outbox begins where the ledger is") {
  World world(7);
  CHECK(world.outbox->position() == Position{7, 0});
  CHECK(world.due().empty());
  world.open(9);  // what came meanwhile is still to be noted
  CHECK(world.outbox->position() == Position{7, 0});
  CHECK_FALSE(world.outbox->forgotten());
  const auto rights = std::filesystem::status(world.path).permissions();
  CHECK((rights & (std::filesystem::perms::group_all | std::filesystem::perms::others_all)) ==
        std::filesystem::perms::none);
}

TEST_CASE("what was noted and where are kept together") {
  World world;
  CHECK(world.note({World::delivery(3, "j1"), World::delivery(3, "", kB)}) == 2);
  world.open(100);
  CHECK(world.outbox->position() == Position{4, 0});
  CHECK(world.due() == "3@100");
  CHECK(world.due(kB) == "3@100");
  CHECK(world.outbox->count(DeliveryState::due) == 2);
  CHECK(world.outbox->waiting().size() == 2);
}

TEST_CASE("the same again is passed over, whatever became of it") {
  World world;
  world.note({World::delivery(3, "j1")});
  CHECK(world.note({World::delivery(3, "j1")}) == 0);
  CHECK(world.end(3, kDelivered, 200) == 1);
  CHECK(world.note({World::delivery(3, "j1")}) == 0);
  CHECK(world.due().empty());
}

TEST_CASE("of one subject there is one at a time, in the order of the entries") {
  World world;
  world.note({World::delivery(1, "j1"), World::delivery(2, "j2"), World::delivery(3, "j1"),
              World::delivery(4, "j1"), World::delivery(4, "j1", kB)});
  CHECK(world.due() == "1@100 2@100");
  CHECK(world.due(kB) == "4@100");  // another receiver waits for nobody
  CHECK(world.end(1, again_at(5'000), 200) == 0);
  CHECK(world.due() == "2@100 1@5000");
  CHECK(world.end(1, kDelivered, 6'000) == 1);
  CHECK(world.due() == "2@100 3@6000");
  CHECK(world.end(3, kFailed, 7'000) == 1);
  CHECK(world.due() == "2@100 4@7000");
  world.note({World::delivery(5, "j1")}, 8'000);
  CHECK(world.due() == "2@100 4@7000");
  world.end(4, kDelivered, 9'000);
  CHECK(world.due() == "2@100 5@9000");
}

TEST_CASE("what has no subject waits for nothing") {
  World world;
  world.note({World::delivery(1, ""), World::delivery(2, "")});
  CHECK(world.due() == "1@100 2@100");
}

TEST_CASE("what is due for one that is gone is withdrawn, and nothing else") {
  World world;
  world.note({World::delivery(1, "j1"), World::delivery(2, "j1"), World::delivery(3, "j1", kB)});
  std::vector<Delivery> flying = world.outbox->due(kA, 1);
  std::vector<Receiver> gone = {kA};
  CHECK(world.outbox->note({}, gone, {10, 0}, 300) == -2);
  CHECK(world.due().empty());
  CHECK(world.due(kB) == "3@100");
  CHECK(world.outbox->count(DeliveryState::withdrawn) == 2);
  // One was on its way meanwhile.
  CHECK(world.outbox->record(std::vector<Outbox::Attempted>{{flying[0], {}, again_at(9)}}, 400) ==
        0);
  CHECK(world.due().empty());
  DeliveryList list(world.path);
  CHECK(list.attempts_of(flying[0].id).size() == 1);
}

TEST_CASE("the outbox of another ledger, or of a later version, is refused") {
  World world;
  world.outbox.reset();
  auto other = Outbox::open(world.path, {3, 4}, 0);
  REQUIRE_FALSE(other);
  CHECK_THAT(other.error().message, Catch::Contains("belongs to another ledger"));
  Sqlite(world.path).run("PRAGMA user_version = 2");
  auto later = Outbox::open(world.path, kLedger, 0);
  REQUIRE_FALSE(later);
  CHECK_THAT(later.error().message, Catch::Contains("later version"));
}

TEST_CASE("a file that is no outbox is said to be none, and is left alone") {
  tests::TempDir dir;
  const std::string path = outbox_of(dir.path());
  { std::ofstream(path) << std::string(5000, 'x'); }
  auto opened = Outbox::open(path, kLedger, 0);
  REQUIRE_FALSE(opened);
  CHECK_THAT(opened.error().message, Catch::Contains(path));
  CHECK_THAT(opened.error().message, Catch::Contains("move this file away"));
  CHECK(std::filesystem::file_size(path) == 5000);
}

TEST_CASE("a ledger that ends earlier takes along what is about entries it does not have") {
  World world;
  world.note({World::delivery(1, "j1"), World::delivery(5, "j1"), World::delivery(6, "j2")});
  // One sent again stands behind a later one of its subject.
  world.end(1, kDelivered, 200);
  {
    DeliveryList list(world.path);
    auto first = list.find(DeliveryFilter{}, 10).back();
    REQUIRE(list.send_again(first.id, "me", 300));
  }
  CHECK(world.due() == "6@100 5@200");
  world.open(3);
  CHECK(world.outbox->forgotten() == 2);
  CHECK(world.outbox->position() == Position{3, 0});
  CHECK(world.due() == "1@100");
  CHECK(world.note({World::delivery(5, "j1")}) == 1);  // another entry has that index now
}

TEST_CASE("what has ended is forgotten in time, with its attempts, and what is due is not") {
  World world;
  world.note({World::delivery(1, "j1"), World::delivery(2, "j2"), World::delivery(3, "j3")});
  world.end(1, kDelivered, 1'000);
  world.end(2, kFailed, 2'000);
  world.end(3, again_at(9'000), 1'000);
  CHECK(world.outbox->forget(1'000, 10) == 0);
  CHECK(world.outbox->forget(3'000, 1) == 1);
  CHECK(world.outbox->forget(3'000, 10) == 1);
  CHECK(world.due() == "3@9000");
  Sqlite file(world.path);
  Query left(file, "SELECT count(*) FROM attempt");
  left.next();
  CHECK(left.integer(0) == 1);
}

TEST_CASE("deliveries are listed by what is asked for, newest first") {
  World world;
  world.note({World::delivery(1, "j1"), World::delivery(2, "j2"), World::delivery(3, "j1", kB),
              World::delivery(4, "j3", {"apex", "x"})});
  world.end(1, kFailed, 1'000);
  DeliveryList list(world.path);
  auto entries = [&](const DeliveryFilter& filter, std::size_t most = 10) {
    std::string text;
    for (const Delivery& each : list.find(filter, most)) text += std::to_string(each.entry);
    return text;
  };
  DeliveryFilter mine{.team = "acme"};
  CHECK(entries({}) == "4321");
  CHECK(entries(mine) == "321");
  CHECK(entries(mine, 2) == "32");
  DeliveryFilter filter = mine;
  filter.below = list.find(mine, 2).back().id;
  CHECK(entries(filter) == "1");
  filter = mine;
  filter.receiver = kA.name;
  CHECK(entries(filter) == "21");
  filter.state = DeliveryState::due;
  CHECK(entries(filter) == "2");
  filter = mine;
  filter.subject = "j1";
  CHECK(entries(filter) == "31");
  filter.receiver = kB.name;
  CHECK(entries(filter) == "3");
  filter.from = 4;
  CHECK(entries(filter).empty());
  std::int64_t id = list.find(DeliveryFilter{.team = "apex"}, 1)[0].id;
  CHECK(list.find(std::nullopt, id));
  CHECK(list.find("apex", id));
  CHECK_FALSE(list.find("acme", id));
  CHECK_FALSE(list.find("apex", id + 1));
}

TEST_CASE("deliveries are listed from an entry on, whether it has any or not") {
  World world;
  world.note({World::delivery(2, "j1"), World::delivery(2, "j1", kB), World::delivery(5, "j1")});
  DeliveryList list(world.path);
  auto count = [&](std::uint64_t from) {
    return list.find(DeliveryFilter{.from = from}, 10).size();
  };
  CHECK(count(0) == 3);
  CHECK(count(2) == 3);
  CHECK(count(3) == 1);
  CHECK(count(5) == 1);
  CHECK(count(6) == 0);
  CHECK(count(~std::uint64_t{0}) == 0);
}

TEST_CASE("who lists deliveries waits for no statement without an end") {
  World world;
  Sqlite file(world.path);
  file.limit_time(std::chrono::milliseconds(20));
  constexpr char kEndless[] =
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
  CHECK_THROWS_AS(Query(file, kEndless).next(), SqliteError);
  Query one(file, "SELECT 1");
  CHECK(one.next());
}

TEST_CASE("an outbox that is being written is not waited for by who would send again") {
  World world;
  world.note({World::delivery(1, "j1")});
  world.end(1, kFailed, 200);
  DeliveryList list(world.path);
  const std::int64_t id = list.find(DeliveryFilter{}, 1)[0].id;
  {
    Sqlite other(world.path);
    Transaction change(other);
    CHECK_THROWS_AS(list.send_again(id, "me", 300), SqliteError);
    CHECK(list.find(DeliveryFilter{}, 1).size() == 1);
  }
  CHECK(list.send_again(id, "me", 400));
}

TEST_CASE("what was delivered or has failed is sent again with tries of its own, and who asked") {
  World world;
  Verdict verdict = GENERATE(kDelivered, kFailed);
  world.note({World::delivery(1, "j1")});
  world.end(1, again_at(500), 200);
  DeliveryList list(world.path);
  std::int64_t id = list.find(DeliveryFilter{}, 1)[0].id;
  CHECK_FALSE(list.send_again(id, "me", 300));  // it is due
  world.end(1, verdict, 600);
  auto due = list.send_again(id, "me", 700);
  REQUIRE(due);
  CHECK(due->state == DeliveryState::due);
  CHECK(due->next_at == 700);
  CHECK_FALSE(due->ended_at);
  CHECK(due->attempts == 2);
  CHECK(due->tries == 0);
  world.end(1, again_at(900), 800);
  world.end(1, kDelivered, 1'000);
  auto attempts = list.attempts_of(id);
  REQUIRE(attempts.size() == 4);
  CHECK(attempts[1].by.empty());
  CHECK(attempts[2].by == "me");
  CHECK(attempts[3].by.empty());  // which nobody asked for
  CHECK(attempts[3].attempt.at == 995);
  CHECK(attempts[3].attempt.status == 200);
  CHECK(attempts[0].attempt.error == "the answer was 500");
}

}  // namespace jobledger::daemon::webhooks
