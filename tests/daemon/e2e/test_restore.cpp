#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "backups.h"
#include "grow.h"
#include "small_disk.h"
#include "team.h"

// What a restore gives, and what an end half way leaves.

namespace jobledger::daemon::e2e {
namespace {

namespace fs = std::filesystem;

Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

void sound(const Finished& finished) {
  INFO(finished.out << finished.err);
  CHECK(finished.code == 0);
}

/// A backup of some work, and a daemon that has gone on.
struct GoneOn {
  tests::TempDir dir;
  DaemonRun daemon;
  Team team = daemon.new_team();
  const std::string shelf = dir.path() + "/backups";
  std::string before;
  std::string after;

  GoneOn() {
    before = team.create();
    Finished made = run_program({"backup", "--data-dir", daemon.data_dir(), "--to", shelf});
    REQUIRE(made.code == 0);
    after = team.create();
  }

  std::string at(const std::string& name) const { return dir.path() + '/' + name; }
  Words restore(const std::string& name) const {
    return {"restore", "--from", shelf, "--into", at(name)};
  }
};

}  // namespace

TEST_CASE("a restored ledger is the same one, and says that it was restored", "[backup]") {
  GoneOn ledger;
  Finished restored = run_program(ledger.restore("new") + Words{"--json"});
  sound(restored);
  Json told(restored.out);
  CHECK(told["sameLedger"].is_true());
  {
    ReadLedger original(ledger.daemon.data_dir());
    ReadLedger copy(ledger.at("new"));
    const std::uint64_t version = copy.count() - 1;
    CHECK(copy.id() == original.id());
    CHECK(copy.begins_as(original, version));
    CHECK(record_of(ledger.shelf + "/000001")["version"] == static_cast<std::int64_t>(version));
    const auto last = copy.decoded(version);
    CHECK(last.command.kind == ledger::CommandKind::restore_ledger);
    CHECK(last.envelope.actor.kind == ledger::ActorKind::operator_);
    CHECK_FALSE(last.envelope.actor.name.empty());
    const auto& from = last.events.at(0).as<ledger::Restoration>();
    CHECK(from.backup == "000001");
    CHECK(from.version == version);
    CHECK(from.origin.ends_with(copy.id().text()));
  }
  sound(run_program({"verify", "--data-dir", ledger.at("new"), "--invariants"}));

  // Its daemon goes on with it, for the clients that it had.
  DaemonRun again({}, {}, ledger.at("new"));
  Team team(again, ledger.team.name(), ledger.team.token());
  CHECK(team.status(ledger.before) == "queued");
  CHECK(team.get("/api/v2/jobs/" + ledger.after).status == 404);
  Team auditor = team.with_token(R"("scopes":"audit:all")");
  Json entry = auditor.get("/ledger/v1/entries?type=RestoreLedger").body["items"][0];
  CHECK(entry["outcome"] == "accepted");
  CHECK(entry["events"][0]["type"] == "LedgerRestored");
  CHECK(entry["events"][0]["backup"] == "000001");
  CHECK(entry["events"][0]["rootHash"] == record_of(ledger.shelf + "/000001")["rootHash"].text());
  CHECK(team.get("/ledger/v1/entries?type=RestoreLedger").body["items"].size() == 0);
  // A restored ledger can be backed up beside the backup that it is from.
  sound(run_program({"backup", "--data-dir", ledger.at("new"), "--to", ledger.shelf}));
  sound(run_program({"backup", "check", ledger.shelf}));
}

TEST_CASE("up to a version, a restore makes another ledger", "[backup]") {
  GoneOn ledger;
  Json record = record_of(ledger.shelf + "/000001");
  const std::int64_t version = record["version"].integer();
  for (std::int64_t until : {std::int64_t{0}, std::int64_t{1}, version}) {
    const std::string name = "at" + std::to_string(until);
    Finished made =
        run_program(ledger.restore(name) + Words{"--version", std::to_string(until), "--json"});
    sound(made);
    Json told(made.out);
    CHECK(told["sameLedger"].is_true() == false);
    CHECK(told["restoredVersion"] == until);
    CHECK(told["replay"]["newIndexes"].size() == until);
    ReadLedger copy(ledger.at(name));
    ReadLedger original(ledger.daemon.data_dir());
    CHECK(copy.id() != original.id());
    CHECK(copy.begins_as(original, static_cast<std::uint64_t>(until)));
    const auto last = copy.decoded(copy.count() - 1);
    CHECK(last.command.kind == ledger::CommandKind::restore_ledger);
    const auto& from = last.events.at(0).as<ledger::Restoration>();
    CHECK(from.origin.ends_with(original.id().text()));
    CHECK(from.version == static_cast<std::uint64_t>(until));
    sound(run_program({"verify", "--data-dir", ledger.at(name), "--invariants"}));
  }
  Finished by_time = run_program(ledger.restore("by-time") + Words{"--version", "2100-01-01"});
  sound(by_time);
  CHECK_THAT(by_time.out, Catch::Contains("another ledger"));
  CHECK(run_program(ledger.restore("x") + Words{"--version", "yesterday"}).code == 2);
  Finished beyond =
      run_program(ledger.restore("x") + Words{"--version", std::to_string(version + 1)});
  CHECK(beyond.code == 3);
  CHECK_FALSE(fs::exists(ledger.at("x")));
}

TEST_CASE("a restore touches no directory that holds something", "[backup]") {
  GoneOn ledger;
  write_file(ledger.at("mine"), "mine");
  fs::create_directory(ledger.at("full"));
  write_file(ledger.at("full") + "/file", "mine");
  for (const char* name : {"mine", "full"}) {
    CHECK(run_program(ledger.restore(name)).code == 3);
    CHECK(run_program(ledger.restore(name) + Words{"--version", "1"}).code == 3);
  }
  CHECK(read_file(ledger.at("full") + "/file") == "mine");
  CHECK(run_program({"restore", "--from", ledger.shelf, "--into", ledger.daemon.data_dir()}).code ==
        3);
  CHECK(run_program(ledger.restore("new") + Words{"--backup", "2"}).code == 3);
  CHECK(run_program({"restore", "--from", ledger.at("full"), "--into", ledger.at("new")}).code ==
        3);
  CHECK_FALSE(fs::exists(ledger.at("new")));
  const std::string inside = ledger.shelf + "/000001/new";
  CHECK(run_program({"restore", "--from", ledger.shelf, "--into", inside}).code == 3);
  CHECK_FALSE(fs::exists(inside));
  fs::create_directory(ledger.at("empty"));
  sound(run_program(ledger.restore("empty")));
}

TEST_CASE("an anchor and a follower tell that a restored ledger was rolled back", "[backup]") {
  tests::TempDir dir;
  const std::string anchor = dir.path() + "/anchor";
  DaemonRun daemon({"--tlog-anchor", anchor});
  Team team = daemon.new_team();
  const std::string shelf = dir.path() + "/backups";
  sound(run_program({"backup", "--data-dir", daemon.data_dir(), "--to", shelf}));
  for (int i = 0; i < 3; ++i) team.create();
  REQUIRE(daemon.stop() == 0);  // which anchors all of it
  const std::string into = dir.path() + "/new";
  sound(run_program({"restore", "--from", shelf, "--into", into}));
  Words serve = {"serve", "--data-dir", into, "--listen", "127.0.0.1:0", "--tlog-anchor", anchor};
  Finished refused = run_program(serve);
  CHECK(refused.code == 3);
  CHECK_THAT(refused.err, Catch::Contains("was rolled back to an older copy") &&
                              Catch::Contains("remove the anchor"));
  fs::remove(anchor);
  DaemonRun again({"--tlog-anchor", anchor}, {}, into);
  CHECK(again.stop() == 0);
  CHECK(fs::exists(anchor));
}

TEST_CASE("a backup or a restore that is killed leaves nothing that is taken for one", "[backup]") {
  tests::TempDir dir;
  DaemonRun daemon;
  Team team = daemon.new_team();
  grow_ledger(daemon, team.name(), 20'000);
  const std::string shelf = dir.path() + "/backups";
  const std::string into = dir.path() + "/new";
  auto kill_once = [&](const Words& words, const std::string& begun, const std::string& ended) {
    Process process(words, dir.path() + "/err");
    CHECK(http::eventually([&] { return fs::exists(begun) || fs::exists(ended); }));
    process.signal(SIGKILL);
    process.wait();
  };
  kill_once({"backup", "--data-dir", daemon.data_dir(), "--to", shelf}, shelf + "/000001.part",
            shelf + "/000001");
  // Its own process goes with it, and lets the directory go then.
  Words backup = {"backup", "--data-dir", daemon.data_dir(), "--to", shelf};
  CHECK(http::eventually([&] { return run_program(backup).code == 0; }));
  for (const auto& each : fs::directory_iterator(shelf)) {
    CHECK_FALSE(each.path().extension() == ".part");
    sound(run_program({"backup", "check", each.path()}));
  }
  kill_once({"restore", "--from", shelf, "--into", into}, into + "/incomplete", into + "/db");
  if (fs::exists(into + "/incomplete")) {
    Finished opened = run_program({"verify", "--data-dir", into});
    CHECK(opened.code == 3);
    CHECK_THAT(opened.err, Catch::Contains("has not come to its end"));
    CHECK(run_program({"restore", "--from", shelf, "--into", into}).code == 3);
  } else {
    sound(run_program({"verify", "--data-dir", into}));
  }
}

TEST_CASE("a disk that is full ends a backup and a restore, and nothing is left", "[backup]") {
  if (!SmallDisk::can_be_made()) {
    WARN("only root can mount a small file system: not tested");
    return;
  }
  DaemonRun daemon;
  Team team = daemon.new_team();
  grow_ledger(daemon, team.name(), 5'000);
  SmallDisk disk(64 << 20);
  const std::string shelf = disk.path() + "/backups";
  Words backup = {"backup", "--data-dir", daemon.data_dir(), "--to", shelf};
  sound(run_program(backup));
  const std::string elsewhere = disk.path() + "/other";
  disk.leave(300 << 10);
  for (const std::string& to : {shelf, elsewhere}) {
    backup.back() = to;
    grow_ledger(daemon, team.name(), 2'000);
    Finished full = run_program(backup);
    CHECK(full.code == 3);
    CHECK_THAT(full.err, Catch::Contains("No space left"));
  }
  CHECK(std::distance(fs::directory_iterator(shelf), fs::directory_iterator()) == 1);
  CHECK(fs::is_empty(elsewhere));
  const std::string into = disk.path() + "/new";
  Finished full = run_program({"restore", "--from", shelf, "--into", into});
  CHECK(full.code == 3);
  CHECK_FALSE(fs::exists(into));
  disk.give_back();
  backup.back() = shelf;
  sound(run_program(backup));
  sound(run_program({"restore", "--from", shelf, "--into", into}));
}

}  // namespace jobledger::daemon::e2e
