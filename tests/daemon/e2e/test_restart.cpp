#include <catch2/catch.hpp>

#include "team.h"

// A restart: the same answers before and after, with and without a snapshot.

namespace jobledger::daemon::e2e {
namespace {

/// A team with something of everything.
class Past {
 public:
  explicit Past(DaemonRun& daemon) : team_(daemon.new_team()) {
    plant("cancelled(a b(c))");
    team_.cancel(id("cancelled", "c"), R"({"reason":"one reason"})");
    team_.cancel(id("cancelled", "a"));  // refused
    plant(R"(failed{"tags":"red"}(d e))");
    team_.fail(team_.claim(id("failed", "d")), "no disk");
    plant("done(f g)");
    for (const char* name : {"f", "g", "done"}) team_.render(id("done", name));
    plant(R"(waiting{"priority":7,"tags":["blue","red"]}(h i))");
    rendering_ = team_.claim(id("waiting", "h"));
    team_.report(rendering_, "progress", R"("progress":35)");
    Answer batch = team_.post("/api/v2/batches",
                              batch_body({job_body(), "{}", tree_body("p(q)"), job_body()}));
    batch_ = "/api/v2/batches/" + batch.body["batchId"].text();
    team_.render(batch.body["jobs"][0]["id"].text());
    team_.post(batch_ + "/cancel", R"({"reason":"rest"})");
    team_.post("/api/v2/batches", batch_body({"{}"}));
  }

  /// Every answer that tells of the past, one a line.
  std::string told() {
    std::string text;
    auto tell = [&](const std::string& path) {
      Answer answer = team_.get(path);
      text += path + ' ' + std::to_string(answer.status) + ' ' + std::to_string(answer.version()) +
              ' ' + answer.text + '\n';
    };
    for (const char* query : {"", "sort=newest_first", "sort=priority", "sort=random",
                              "states=manually_cancelled", "tags=red", "minimal=true"}) {
      tell("/api/v2/jobs?" + std::string(query));
    }
    tell(batch_);
    for (const char* query : {"", "type=CancelJob", "actor=tester&limit=2", "from=5"}) {
      tell("/ledger/v1/entries?" + std::string(query));
    }
    tell("/ledger/v1/head");
    for (const std::string& each : all_) {
      tell("/api/v2/jobs/" + each);
      tell("/api/v2/jobs/" + each + "/logs");
      tell("/ledger/v1/jobs/" + each + "/history");
      tell("/ledger/v1/jobs/" + each + "/tree");
      tell("/ledger/v1/entries?job=" + each);
    }
    return text;
  }

  Team& team() { return team_; }
  const Claimed& rendering() const { return rendering_; }
  const std::string& id(const std::string& tree, const std::string& name) {
    return trees_.at(tree)[name];
  }

 private:
  void plant(const std::string& notation) {
    Tree tree = team_.plant(notation);
    for (const std::string& name : tree.names()) all_.push_back(tree[name]);
    trees_.emplace(tree.names().front(), tree);
  }

  Team team_;
  std::map<std::string, Tree> trees_;
  std::vector<std::string> all_;
  std::string batch_;
  Claimed rendering_;
};

/// What was under way goes on.
void check_it_goes_on(Past& past) {
  Team& team = past.team();
  CHECK(team.finish(past.rendering()).body["status"] == "finished");
  Answer next = team.post("/api/v2/worker/claim", R"({"tags":["blue"]})");
  CHECK(next.body["job"]["id"] == past.id("waiting", "i"));
  CHECK(team.cancel(past.id("cancelled", "c")).status == 409);
}

}  // namespace

TEST_CASE("after a restart every answer is the same, without a snapshot") {
  DaemonRun daemon({"--public-url", "http://ledger.test"});
  Past past(daemon);
  std::string before = past.told();
  SECTION("stopped") {
    REQUIRE(daemon.stop() == 0);
  }
  SECTION("killed") {
    daemon.kill();
  }
  daemon.start();
  CHECK_THAT(daemon.log(), Catch::Contains("no snapshot: folding all of the log"));
  CHECK(past.told() == before);
  check_it_goes_on(past);
}

TEST_CASE("after a restart every answer is the same, with a snapshot") {
  DaemonRun daemon({"--public-url", "http://ledger.test", "--snapshot-interval-seconds", "1",
                    "--snapshot-entries", "1"});
  Past past(daemon);
  std::string before = past.told();
  std::int64_t version = past.team().version();
  REQUIRE(http::eventually([&] {
    return daemon.log().find("took a snapshot version=" + std::to_string(version)) !=
           std::string::npos;
  }));
  SECTION("stopped") {
    REQUIRE(daemon.stop() == 0);
  }
  SECTION("killed") {
    daemon.kill();
  }
  CHECK(run_program({"verify", "--data-dir", daemon.data_dir()}).code == 0);
  daemon.start();
  CHECK_THAT(daemon.log(),
             Catch::Contains("loaded the snapshot of version " + std::to_string(version)));
  CHECK(past.told() == before);
  check_it_goes_on(past);
}

TEST_CASE("after a restart every answer is the same, with a snapshot and a tail") {
  DaemonRun daemon({"--public-url", "http://ledger.test", "--snapshot-interval-seconds", "1",
                    "--snapshot-entries", "20"});
  Past past(daemon);
  REQUIRE(
      http::eventually([&] { return daemon.log().find("took a snapshot") != std::string::npos; }));
  std::string late = past.team().create();
  past.team().cancel(late, R"({"reason":"after the snapshot"})");
  std::string before = past.told();
  daemon.kill();
  daemon.start();
  CHECK_THAT(daemon.log(), Catch::Contains("loaded the snapshot"));
  CHECK(past.told() == before);
  CHECK(past.team().status(late) == "cancelled");
  check_it_goes_on(past);
}

TEST_CASE("a restart with other settings changes no answer about the past") {
  DaemonRun daemon({"--public-url", "http://ledger.test"});
  Past past(daemon);
  std::string before = past.told();
  daemon.stop();
  daemon.start({"--cascade-on-child-error", "fail_parent_only", "--output-url-template",
                "http://other.test/{id}", "--progress-step-percent", "50", "--limits-tree-depth",
                "1"});
  CHECK(past.told() == before);
}

}  // namespace jobledger::daemon::e2e
