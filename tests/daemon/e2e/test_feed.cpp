#include <catch2/catch.hpp>
#include <csignal>

#include "feed_client.h"

// GET /ledger/v1/feed: what a follower gets.

namespace jobledger::daemon::e2e {
namespace {

std::string from(std::int64_t index) {
  return "?from=" + std::to_string(index);
}

std::vector<std::int64_t> indexes_of(Team& team, const std::string& query) {
  std::vector<std::int64_t> found;
  for (const Json& item : team.get("/ledger/v1/entries?limit=1000" + query).body["items"].items()) {
    found.push_back(item["index"].integer());
  }
  return found;
}

}  // namespace

TEST_CASE("a follower gets each entry as an event, with its index, its type and its JSON") {
  Team team = new_team();
  Tree tree = team.plant("root(a b)");
  team.cancel(tree["a"], R"({"reason":"two\nlines"})");
  FeedClient feed(team, from(0));
  CHECK(feed.answer.status == 200);
  CHECK(feed.answer.header("Content-Type") == "text/event-stream");
  CHECK(feed.answer.header("Cache-Control") == "no-store");
  CHECK(feed.answer.header("X-Accel-Buffering") == "no");
  CHECK_THAT(feed.next_block(), Catch::StartsWith("retry: "));
  for (std::string type : {"CreateToken", "SubmitJob", "CancelJob"}) {
    FeedEvent event = feed.next();
    CHECK(event.type == type);
    CHECK(event.data == team.get("/ledger/v1/entries/" + event.id).text);
  }
}

TEST_CASE("without a place to begin at a follower gets what is new") {
  Team team = new_team();
  team.create();
  FeedClient feed(team);
  std::string id = team.create();
  CHECK_THAT(feed.next().data, Catch::Contains(id));
}

TEST_CASE("a follower that is cut off before the first new entry misses none") {
  Team team = new_team();
  FeedClient feed(team);
  feed.next_block();
  REQUIRE(feed.last_id() == std::to_string(team.version() - 1));
  feed.hang_up();
  std::string id = team.create();
  FeedClient again(team, "", {{"Last-Event-ID", feed.last_id()}});
  CHECK_THAT(again.next().data, Catch::Contains(id));
}

TEST_CASE("a follower goes from history to what is new without a gap or a duplicate") {
  Team team = new_team();
  for (int i = 0; i < 5; ++i) team.create();
  FeedClient feed(team, from(0));
  CHECK(feed.types(6) == "CreateToken SubmitJob SubmitJob SubmitJob SubmitJob SubmitJob");
  Claimed claimed = team.claim(team.create());
  team.finish(claimed);
  CHECK(feed.types(3) == "SubmitJob ClaimJob FinishJob");
}

TEST_CASE("Last-Event-ID counts more than from, and is the last entry that the client has") {
  Team team = new_team();
  team.create();
  team.render(team.create());
  std::int64_t last = team.version() - 1;
  Headers header = {{"Last-Event-ID", std::to_string(last - 1)}};
  FeedClient feed(team, from(0), header);
  CHECK(feed.next().index() == last);
}

TEST_CASE("a feed that cannot be is refused") {
  Team team = new_team();
  auto [query, id, field] = GENERATE(table<std::string, std::string, std::string>({
      {"?from=x", "", "from"},
      {"?from=18446744073709551615", "", "from"},
      {"", "x", "Last-Event-ID"},
      {"", "18446744073709551614", "Last-Event-ID"},
      {"?type=DoIt", "", "type"},
      {"?job=nonsense", "", "job"},
      {"?asOf=0", "", "asOf"},
  }));
  Headers headers;
  if (!id.empty()) headers = {{"Last-Event-ID", id}};
  FeedClient feed(team, query, headers);
  CHECK(feed.answer.status == 400);
  FeedClient beyond(team, from(team.version() + 1000));
  CHECK(beyond.answer.status == 400);
  Team blind = team.with_token(R"("scopes":"jobs:read")");
  CHECK(FeedClient(blind).answer.status == 403);
}

TEST_CASE("HEAD of the feed gives its head alone") {
  Team team = new_team();
  auto client = team.connect();
  client->send(request_text("HEAD", "/ledger/v1/feed", team.token()));
  http::Answer head = client->read(true);
  CHECK(head.status == 200);
  CHECK(head.header("Content-Type") == "text/event-stream");
  client->send(request_text("GET", "/healthz", ""));
  CHECK(client->read().status == 200);
}

TEST_CASE("an HTTP/1.0 client can follow, too") {
  Team team = new_team();
  auto client = team.connect();
  client->send("GET /ledger/v1/feed?from=0 HTTP/1.0\r\nAuthorization: Bearer " + team.token() +
               "\r\n\r\n");
  http::Answer head = client->read(true);
  CHECK(head.header("Transfer-Encoding").empty());
  CHECK(head.header("Connection") == "close");
  CHECK(client->read_bytes(7) == "retry: ");
}

TEST_CASE("a follower sees what its filters let through, of history and of what is new alike") {
  Team team = new_team();
  Team robot = team.with_token("");
  std::vector<std::string> bodies(70, job_body());
  bodies.push_back(tree_body("p(a b)"));
  Answer batch = team.post("/api/v2/batches", batch_body(bodies));
  std::string first = batch.body["jobs"][0]["id"].text();
  std::string child = batch.body["jobs"][70]["children"][0]["id"].text();
  std::string batch_id = batch.body["batchId"].text();
  const std::vector<std::string> filters = {"&type=CancelJob",
                                            "&job=" + first,
                                            "&job=" + child,
                                            "&batch=" + batch_id,
                                            "&actor=tester&type=ClaimJob",
                                            "&batch=" + batch_id + "&type=CancelJob",
                                            "&batch=" + batch_id + "&job=" + first};
  const std::string& filter = filters.at(GENERATE(range(std::size_t{0}, std::size_t{7})));
  CAPTURE(filter);
  auto happen = [&](int round) {
    team.create();
    Claimed claimed = team.claim(round == 0 ? first : child);
    team.report(claimed, "progress", R"("progress":50)");
    robot.cancel(claimed.job);
    team.cancel(batch.body["jobs"][10 + round]["id"].text());
    team.render(batch.body["jobs"][20 + round]["id"].text());
    team.finish(claimed);
    if (round == 1) team.post("/api/v2/batches/" + batch_id + "/cancel", "");
    robot.cancel(claimed.job);
  };
  happen(0);
  FeedClient feed(team, "?from=0" + filter);
  std::vector<std::int64_t> got;
  std::size_t history = indexes_of(team, filter).size();
  while (got.size() < history) got.push_back(feed.next().index());
  happen(1);
  std::vector<std::int64_t> all = indexes_of(team, filter);
  REQUIRE(all.size() > history);
  while (got.size() < all.size()) got.push_back(feed.next().index());
  CHECK(got == all);
}

TEST_CASE("a follower sees the entries of its own team alone") {
  Team team = new_team();
  Team other = new_team();
  FeedClient feed(team, from(0));
  other.render(other.create());
  std::string id = team.create();
  other.create();
  std::string last = team.create();
  CHECK(feed.next().type == "CreateToken");
  CHECK_THAT(feed.next().data, Catch::Contains(id));
  CHECK_THAT(feed.next().data, Catch::Contains(last));
}

TEST_CASE("a follower that names a job or a batch of another team gets nothing") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  Team other = daemon.new_team();
  Answer batch = other.post("/api/v2/batches", batch_body({job_body()}));
  std::string job = batch.body["jobs"][0]["id"].text();
  FeedClient by_job(team, "?from=0&job=" + job);
  FeedClient by_batch(team, "?from=0&batch=" + batch.body["batchId"].text());
  FeedClient by_actor(team, "?from=0&type=FinishJob&actor=tester");
  other.render(job);
  // One that has not begun when the daemon stops ends with nothing.
  for (FeedClient* feed : {&by_job, &by_batch, &by_actor}) {
    CHECK_THAT(feed->next_block(), Catch::StartsWith("retry: "));
  }
  daemon.signal(SIGTERM);
  for (FeedClient* feed : {&by_job, &by_batch, &by_actor}) {
    std::string all;
    while (!feed->has_ended()) all += feed->next_block() + "\n";
    CHECK_THAT(all, !Catch::Contains("data:"));
    feed->hang_up();
  }
  CHECK(daemon.wait() == 0);
}

TEST_CASE("an entry of very many events comes whole") {
  Team team = new_team();
  std::vector<std::string> bodies(1000, tree_body("p(a b)"));
  Answer batch = team.post("/api/v2/batches", batch_body(bodies));
  REQUIRE(batch.status == 201);
  FeedClient feed(team, from(batch.version() - 1));
  FeedEvent event = feed.next();
  CHECK(event.data.size() > 500'000);
  CHECK(event.data == team.get("/ledger/v1/entries/" + event.id).text);
  team.create();
  CHECK(feed.next().type == "SubmitJob");
}

TEST_CASE("heartbeats tell how far a follower has come, and where to go on") {
  DaemonRun daemon({"--feed-heartbeat-seconds", "1"});
  Team team = daemon.new_team();
  FeedClient feed(team, "?type=CancelJobs&from=0");
  feed.next_block();
  CHECK(feed.last_id() == "");
  team.create();
  std::int64_t version = team.version();
  // The first may have been on its way before the job was.
  std::string beat;
  http::eventually([&] {
    beat = feed.next_block();
    return feed.last_id() == std::to_string(version - 1);
  });
  CHECK_THAT(beat, Catch::StartsWith(": heartbeat version=" + std::to_string(version) + "\n"));
  // No news, so nothing to remember.
  CHECK(feed.next_block() == ": heartbeat version=" + std::to_string(version));
}

}  // namespace jobledger::daemon::e2e
