#include <catch2/catch.hpp>

#include "feed_client.h"
#include "grow.h"

// Much to stream, to readers of any pace: the daemon's memory does not grow with it.
// Under ThreadSanitizer they would take minutes, and the memory would be its own.

namespace jobledger::daemon::e2e {
namespace {

constexpr int kEntries = 100'000;
constexpr std::uint64_t kRoom = 128 << 20;  ///< less than the text of two readers

struct LargeLedger {
  LargeLedger() { grow_ledger(daemon, team.name(), kEntries); }

  // Of a program with AddressSanitizer, what it keeps of freed memory is not the daemon's.
  DaemonRun daemon{{}, {{"ASAN_OPTIONS", "quarantine_size_mb=8"}}};
  Team team = daemon.new_team();
};

std::int64_t index_in(const std::string& line) {
  std::size_t at = line.find("\"index\":");
  return at == std::string::npos ? -1 : std::stoll(line.substr(at + 8));
}

}  // namespace

TEST_CASE("a hundred thousand entries stream as lines without growing memory", "[no-tsan]") {
  LargeLedger ledger;
  std::uint64_t before = ledger.daemon.peak_memory();
  auto client = ledger.team.connect();
  client->send(request_text("GET", "/ledger/v1/entries", ledger.team.token(), "",
                            {{"Accept", "application/x-ndjson"}}));
  REQUIRE(read_answer(*client).status == 200);
  ChunkedBody body(*client);
  std::int64_t expected = ledger.team.version() - kEntries;
  std::uint64_t bytes = 0;
  body.read_to("\n");  // the token
  for (int i = 0; i < kEntries; ++i) {
    std::string line = body.read_to("\n");
    bytes += line.size();
    REQUIRE(index_in(line) == expected++);
  }
  CHECK(body.read_to("\n").empty());
  CHECK(body.is_whole());
  CHECK(bytes > kRoom / 2);
  CHECK(ledger.daemon.peak_memory() < before + kRoom);
}

TEST_CASE("followers that do not read cost little, keep nobody waiting, and then get everything",
          "[no-tsan]") {
  LargeLedger ledger;
  std::uint64_t before = ledger.daemon.peak_memory();
  std::vector<std::unique_ptr<FeedClient>> slow;
  for (int i = 0; i < 4; ++i) {
    slow.push_back(std::make_unique<FeedClient>(ledger.team, "?from=0"));
    REQUIRE(slow.back()->answer.status == 200);
  }
  FeedClient quick(ledger.team);
  for (int i = 0; i < 50; ++i) {
    std::string id = ledger.team.create();
    CHECK_THAT(quick.next().data, Catch::Contains(id));
  }
  for (auto& feed : slow) CHECK(feed->next().type == "CreateToken");
  std::int64_t version = ledger.team.version();
  // In turn, so that none is seen to take nothing for long.
  for (std::int64_t index = version - 50 - kEntries; index < version; ++index) {
    for (auto& feed : slow) REQUIRE(feed->next().index() == index);
  }
  CHECK(ledger.daemon.peak_memory() < before + kRoom);
}

}  // namespace jobledger::daemon::e2e
