#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <random>
#include <thread>

#include "feed_client.h"
#include "tests/support/random_history.h"

// A hundred followers that come and go while the ledger grows.

namespace jobledger::daemon::e2e {
namespace {

constexpr int kFollowers = 100;
constexpr int kClients = 4;
constexpr int kSteps = 300;

/// Follows over many connections, each of which it leaves when it likes.
class Wanderer {
 public:
  Wanderer(const Team& team, std::uint64_t seed) : team_(team), random_(seed) {}

  /// Until it has seen the entry `last`, which is told when it is known, or one after it.
  void run(const std::atomic<std::int64_t>& last) {
    try {
      while (last < 0 || seen_.empty() || seen_.back() < last) follow_for_a_while(last);
    } catch (const std::exception& error) {
      error_ = error.what();
    }
  }

  std::vector<std::int64_t> seen_to(std::int64_t last) const {
    auto beyond = [last](std::int64_t index) { return index > last; };
    return {seen_.begin(), std::find_if(seen_.begin(), seen_.end(), beyond)};
  }
  const std::string& error() const { return error_; }

 private:
  void follow_for_a_while(const std::atomic<std::int64_t>& last) {
    // Back by either way, which are to come to the same.
    bool by_header = !last_id_.empty() && random_() % 2 == 0;
    std::string from = seen_.empty() ? "0" : std::to_string(seen_.back() + 1);
    Headers header = {{"Last-Event-ID", last_id_}};
    FeedClient feed(team_, by_header ? "" : "?from=" + from, by_header ? header : Headers{});
    if (feed.answer.status != 200) throw std::runtime_error(feed.answer.text);
    for (std::uint64_t left = random_() % 60; left > 0; --left) {
      if (last >= 0 && !seen_.empty() && seen_.back() >= last) return;
      seen_.push_back(feed.next().index());
      last_id_ = feed.last_id();
    }
  }

  const Team& team_;
  std::mt19937_64 random_;
  std::vector<std::int64_t> seen_;
  std::string last_id_;
  std::string error_;
};

void make_load(const Team& like, std::uint64_t seed) {
  Team team(like.daemon(), like.name(), like.token());
  std::mt19937_64 random(seed);
  for (int step = 0; step < kSteps; ++step) {
    Tree tree = team.plant("root(a b(c d))");
    switch (random() % 3) {
      case 0:
        team.cancel(tree["c"]);
        break;
      case 1:
        team.render(tree["a"]);
        break;
      default:
        break;
    }
  }
}

}  // namespace

TEST_CASE("followers that come and go under load see each entry once, in order") {
  std::uint64_t seed = tests::seed_or(20260402);
  INFO("TEST_SEED=" << seed);
  std::mt19937_64 random(seed);
  DaemonRun daemon;
  Team team = daemon.new_team();
  Team other = daemon.new_team();
  std::atomic<std::int64_t> last = -1;
  std::vector<std::unique_ptr<Wanderer>> followers;
  std::vector<std::thread> threads;
  for (int i = 0; i < kFollowers; ++i) {
    followers.push_back(std::make_unique<Wanderer>(team, random()));
    threads.emplace_back([&follower = *followers.back(), &last] { follower.run(last); });
  }
  std::vector<std::thread> load;
  for (int i = 0; i < kClients; ++i) {
    load.emplace_back(make_load, std::cref(i == 0 ? other : team), random());
  }
  for (std::thread& thread : load) thread.join();
  last = team.version() - 1;
  team.create();  // for those who have seen all and wait for more
  for (std::thread& thread : threads) thread.join();

  std::vector<std::int64_t> all;
  Lines lines = read_lines(team, "?asOf=" + std::to_string(last + 1));
  REQUIRE(lines.whole);
  for (const Json& entry : lines.entries) all.push_back(entry["index"].integer());
  REQUIRE(all.size() > 3 * kSteps);
  for (const auto& follower : followers) {
    CHECK(follower->error() == "");
    CHECK(follower->seen_to(last) == all);
  }
}

}  // namespace jobledger::daemon::e2e
