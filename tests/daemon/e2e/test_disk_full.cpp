#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <random>

#include "small_disk.h"
#include "team.h"
#include "tests/support/torture.h"

// A full disk: reads go on, writes are refused, and are taken again once there is room. Nothing
// that was acknowledged is lost, and what had an unknown outcome is there once or not at all.

namespace jobledger::daemon::e2e {
namespace {

constexpr std::uint64_t kDisk = 96 << 20;

/// A daemon on a disk of its own, and what its clients were told.
class Filled {
 public:
  Filled() : daemon_({}, {}, disk_.path() + "/ledger"), team_(daemon_.new_team()) {}

  /// Creates jobs until one is refused for want of room: the answer.
  Answer write_until_full() {
    while (true) {
      const std::string key = "key-" + std::to_string(++keys_);
      const Answer made = create(key);
      if (made.status == 201) {
        created_[key] = made.body["id"].text();
      } else if (made.status == 503) {
        CHECK(made.body["code"] == "outcome_unknown");
        unsure_.push_back(key);
      } else {
        refused_.push_back(key);
        return made;
      }
    }
  }

  /// Whether writes are taken again, in a while.
  bool writes_again() {
    return http::eventually([&] { return team_.get("/readyz").status == 200; });
  }

  /// Everything that was told is so; every key gives its first answer, or its only one.
  void check() {
    for (const auto& [key, id] : created_) {
      const Answer again = create(key);
      CHECK(again.status == 201);
      CHECK(again.header("Idempotency-Replayed") == "true");
      CHECK(again.body["id"] == id);
    }
    for (const std::string& key : unsure_) {
      const Answer truth = create(key);
      CHECK(truth.status == 201);
      CHECK(truth.header("Idempotency-Replayed") == "true");  // it was kept, and written
      created_[key] = truth.body["id"].text();
    }
    for (const std::string& key : refused_) {
      const Answer now = create(key);
      CHECK(now.status == 201);
      CHECK(now.header("Idempotency-Replayed").empty());
      created_[key] = now.body["id"].text();
    }
    unsure_.clear();
    refused_.clear();
  }

  SmallDisk& disk() { return disk_; }
  DaemonRun& daemon() { return daemon_; }
  Team& team() { return team_; }
  const std::string& any_job() const { return created_.begin()->second; }
  std::size_t unsure() const { return unsure_.size(); }

 private:
  Answer create(const std::string& key) {
    return team_.post("/api/v2/jobs", body_, {{"Idempotency-Key", key}});
  }

  const std::string body_ = job_body(R"("pad":")" + std::string(20'000, 'x') + '"');
  SmallDisk disk_{kDisk};
  DaemonRun daemon_;
  Team team_;
  int keys_ = 0;
  std::map<std::string, std::string> created_;  ///< by key
  std::vector<std::string> unsure_;
  std::vector<std::string> refused_;
};

/// False, and says so, where no small disk can be made.
bool can_fill() {
  if (SmallDisk::can_be_made()) return true;
  WARN("only root can mount a small file system: not tested");
  return false;
}

}  // namespace

TEST_CASE("with a full disk reads go on, and writes come back by themselves") {
  if (!can_fill()) return;
  Filled filled;
  filled.disk().leave(2 << 20);
  const Answer refused = filled.write_until_full();
  CHECK(refused.status == 507);
  CHECK(refused.body["code"] == "disk_full");
  CHECK(!refused.header("Retry-After").empty());
  CHECK(filled.unsure() <= 1);  // none if a checkpoint was the first to find no room

  Team& team = filled.team();
  CHECK(team.get("/readyz").status == 503);
  CHECK_THAT(team.get("/readyz").body["error"].text(), Catch::Contains("disk is full"));
  CHECK(team.get("/healthz").status == 200);
  CHECK_THAT(team.get("/metrics").text, Catch::Contains("jobledger_read_only 1"));
  CHECK(team.job(filled.any_job())["status"] == "queued");
  CHECK(team.get("/api/v2/jobs?limit=10").status == 200);
  CHECK(team.get("/ledger/v1/entries?limit=1000").status == 200);
  CHECK(team.get("/ledger/v1/jobs/" + filled.any_job() + "/explain").status == 200);
  CHECK(team.get("/ledger/v1/checkpoint").status == 200);
  for (const char* path : {"/api/v2/jobs", "/api/v2/batches", "/api/v2/worker/claim"}) {
    CHECK(team.post(path, job_body()).status == 507);
  }
  CHECK(team.cancel(filled.any_job()).status == 507);
  CHECK(filled.daemon().admin().post("/ledger/v1/keys/rotate", "").status == 507);

  filled.disk().give_back();
  REQUIRE(filled.writes_again());
  CHECK_THAT(team.get("/metrics").text, Catch::Contains("jobledger_read_only 0"));
  filled.check();
  CHECK(team.cancel(filled.any_job()).status == 200);
  filled.daemon().restart();
  filled.check();
  CHECK(filled.daemon().stop() == 0);
  Finished verified =
      run_program({"verify", "--data-dir", filled.disk().path() + "/ledger", "--invariants"});
  CHECK(verified.code == 0);
}

TEST_CASE("a lease that ends while the disk is full gives its job back once there is room") {
  if (!can_fill()) return;
  Filled filled;
  Team& team = filled.team();
  const std::string job = team.create();
  const Claimed claimed = team.claim(job, R"("leaseSeconds":1)");
  filled.disk().leave(1 << 20);
  CHECK(filled.write_until_full().status == 507);
  // Its time passes, and nothing can be recorded.
  const auto over = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  CHECK(http::eventually([&] { return std::chrono::steady_clock::now() > over; }));
  CHECK(team.status(job) == "rendering");
  filled.disk().give_back();
  REQUIRE(filled.writes_again());
  CHECK(http::eventually([&] { return team.status(job) == "queued"; }));
}

TEST_CASE("a daemon that stops while its disk is full says so, and starts with what was promised") {
  if (!can_fill()) return;
  Filled filled;
  filled.disk().leave(1 << 20);
  CHECK(filled.write_until_full().status == 507);
  CHECK(filled.daemon().stop() == 3);  // what had an unknown outcome is not written
  CHECK_THAT(filled.daemon().log(), Catch::Contains("disk is full"));
  filled.disk().give_back();
  filled.daemon().start();
  CHECK(filled.team().job(filled.any_job())["status"] == "queued");
}

TEST_CASE("a disk that is full again and again loses nothing", "[torture]") {
  if (!can_fill()) return;
  tests::for_seeds(3, [](std::uint64_t seed) {
    std::mt19937_64 random(seed);
    Filled filled;
    for (int cycle = 0; cycle < 4; ++cycle) {
      filled.disk().leave((random() % 4096) << 10);
      CHECK(filled.write_until_full().status == 507);
      filled.disk().give_back();
      REQUIRE(filled.writes_again());
      filled.check();
      if (random() % 2 == 0) filled.daemon().restart();
    }
  });
}

}  // namespace jobledger::daemon::e2e
