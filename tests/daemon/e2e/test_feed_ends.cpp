#include <catch2/catch.hpp>
#include <csignal>

#include "feed_client.h"
#include "ledger/time.h"

// How feeds end, and how many there may be.

namespace jobledger::daemon::e2e {
namespace {

std::string newest_token(DaemonRun& daemon, const std::string& team) {
  std::string id;
  for (const Json& token : daemon.admin().get("/ledger/v1/tokens").body["items"].items()) {
    if (token["team"] == team) id = token["id"].text();
  }
  return id;
}

}  // namespace

TEST_CASE("a revoked token ends its feeds, and no others") {
  DaemonRun& daemon = shared_daemon();
  Team team = daemon.new_team();
  Team other = team.with_token("");
  FeedClient feed(other);
  FeedClient kept(team);
  CHECK(daemon.admin()
            .call("DELETE", "/ledger/v1/tokens/" + newest_token(daemon, team.name()))
            .status == 200);
  CHECK(feed.ends_well());
  CHECK(FeedClient(other).answer.status == 401);
  CHECK(kept.next().type == "RevokeToken");
}

TEST_CASE("a token that expires ends its feeds within a heartbeat") {
  DaemonRun daemon({"--feed-heartbeat-seconds", "1"});
  Team team = daemon.new_team();
  ledger::SystemClock clock;
  Team brief = team.with_token(R"("expires":")" + ledger::to_rfc3339(clock.now() + 1500) + '"');
  FeedClient feed(brief);
  REQUIRE(feed.answer.status == 200);
  CHECK(feed.ends_well());
  CHECK(FeedClient(brief).answer.status == 401);
}

TEST_CASE("a daemon that stops ends its feeds in order, and exits with 0 at once") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  std::vector<std::unique_ptr<FeedClient>> feeds;
  for (int i = 0; i < 20; ++i) {
    feeds.push_back(std::make_unique<FeedClient>(team, i % 2 == 0 ? "" : "?from=0"));
  }
  for (auto& feed : feeds) feed->next_block();
  daemon.signal(SIGTERM);
  for (auto& feed : feeds) {
    CHECK(feed->ends_well());
    feed->hang_up();
  }
  CHECK(daemon.wait() == 0);
}

TEST_CASE("one follower too many is told to come back later") {
  DaemonRun daemon({"--feed-max-followers", "2"});
  Team team = daemon.new_team();
  FeedClient first(team);
  FeedClient second(team);
  FeedClient third(team);
  CHECK(third.answer.status == 503);
  CHECK(third.answer.body["code"] == "too_many_followers");
  CHECK_FALSE(third.answer.header("Retry-After").empty());
  first.hang_up();
  CHECK(http::eventually([&] { return FeedClient(team).answer.status == 200; }));
}

}  // namespace jobledger::daemon::e2e
