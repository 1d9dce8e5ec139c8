#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "backups.h"
#include "grow.h"
#include "team.h"

// `jobledger backup` and `jobledger restore`, as an operator uses them.

namespace jobledger::daemon::e2e {
namespace {

namespace fs = std::filesystem;

/// A daemon with some work in tables and some in its log, and a directory for backups.
struct BackedUp {
  tests::TempDir dir;
  DaemonRun daemon;
  Team team = daemon.new_team();
  const std::string shelf = dir.path() + "/backups";

  BackedUp() {
    team.plant("p(a b)");
    daemon.restart();  // what was in the log goes into tables
    team.create();
  }

  Finished back_up(const Words& more = {}) {
    Words words = {"backup", "--data-dir", daemon.data_dir(), "--to", shelf};
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words);
  }
  Finished restore(const std::string& into, const Words& more = {}) {
    Words words = {"restore", "--from", shelf, "--into", into};
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words);
  }
  std::string at(const std::string& name) const { return dir.path() + '/' + name; }
};

void sound(const Finished& finished) {
  INFO(finished.out << finished.err);
  CHECK(finished.code == 0);
}

void flip_byte(const std::string& path) {
  std::string bytes = read_file(path);
  bytes.at(bytes.size() / 2) ^= 1;
  write_file(path, bytes);
}

}  // namespace

TEST_CASE("a backup beside its daemon has all that was acknowledged before it", "[backup]") {
  BackedUp ledger;
  SECTION("that runs") {}
  SECTION("that was stopped") {
    REQUIRE(ledger.daemon.stop() == 0);
  }
  SECTION("that was killed") {
    ledger.daemon.kill();
  }
  ReadLedger original(ledger.daemon.data_dir());
  Finished made = ledger.back_up();
  sound(made);
  const std::string backup = ledger.shelf + "/000001";
  CHECK_THAT(made.out, Catch::Contains("backup 000001") && Catch::Contains("every entry was read"));
  Json record = record_of(backup);
  CHECK(record["version"] == static_cast<std::int64_t>(original.count()));
  CHECK(record["ledgerId"] == original.id().text());
  CHECK(ReadLedger(backup).begins_as(original, original.count()));
  CHECK(run_program({"verify", "--data-dir", backup, "--invariants"}).code == 0);
  CHECK((fs::status(backup).permissions() & fs::perms::mask) == fs::perms::owner_all);
  sound(run_program({"backup", "check", backup}));
  sound(run_program({"backup", "check", ledger.shelf, "--quick"}));
}

TEST_CASE("what has not changed is shared with the backup before", "[backup]") {
  BackedUp ledger;
  sound(ledger.back_up());
  ledger.team.create();
  Finished second = ledger.back_up({"--json"});
  sound(second);
  Json made(second.out);
  CHECK(made["sharedWith"] == "000001");
  CHECK(made["record"]["sharedBytes"].integer() > 0);
  std::vector<std::string> tables = tables_of(ledger.shelf + "/000002");
  REQUIRE_FALSE(tables.empty());
  for (const std::string& table : tables) {
    CHECK(is_same_file(ledger.shelf + "/000001/db/" + table, ledger.shelf + "/000002/db/" + table));
  }
  // Each is whole without the other.
  fs::remove_all(ledger.shelf + "/000001");
  sound(run_program({"backup", "check", ledger.shelf + "/000002"}));
  sound(ledger.restore(ledger.at("restored")));
  for (const std::string& table : tables_of(ledger.at("restored"))) {
    CHECK_FALSE(
        is_same_file(ledger.shelf + "/000002/db/" + table, ledger.at("restored") + "/db/" + table));
  }
  Json listed(run_program({"backup", "list", "--from", ledger.shelf, "--json"}).out);
  CHECK(listed["backups"].size() == 1);
  CHECK(listed["backups"][0]["backup"] == "000002");
}

TEST_CASE("a damaged table of an earlier backup is not shared, but copied anew", "[backup]") {
  BackedUp ledger;
  sound(ledger.back_up());
  const std::string table = tables_of(ledger.shelf + "/000001").front();
  flip_byte(ledger.shelf + "/000001/db/" + table);
  Finished second = ledger.back_up();
  sound(second);
  CHECK_THAT(second.err, Catch::Contains("backup 000001") && Catch::Contains(table));
  CHECK_FALSE(
      is_same_file(ledger.shelf + "/000001/db/" + table, ledger.shelf + "/000002/db/" + table));
  sound(run_program({"backup", "check", ledger.shelf + "/000002"}));
  CHECK(run_program({"backup", "check", ledger.shelf + "/000001"}).code == 1);

  write_file(ledger.shelf + "/000002/SHA256SUMS", "nonsense\n");
  Finished third = ledger.back_up();
  sound(third);
  CHECK_THAT(third.err, Catch::Contains("nothing is shared with it"));
  write_file(ledger.shelf + "/000003/backup.json", "nonsense\n");
  sound(ledger.back_up());
  sound(run_program({"backup", "check", ledger.shelf + "/000004"}));
  Finished listed = run_program({"backup", "list", "--from", ledger.shelf});
  CHECK(listed.code == 1);
  CHECK_THAT(listed.out, Catch::Contains("000004"));
  CHECK_THAT(listed.err, Catch::Contains("000003/backup.json is damaged"));
}

TEST_CASE("a damaged backup is refused by check and restore, which name the file", "[backup]") {
  BackedUp ledger;
  sound(ledger.back_up());
  const std::string backup = ledger.shelf + "/000001";
  std::set<std::string> kinds;
  for (const auto& each : fs::recursive_directory_iterator(backup)) {
    std::string name = each.path().filename();
    if (!each.is_regular_file() || name == "SHA256SUMS") continue;
    if (!kinds.insert(each.path().extension().string() + name.substr(0, 4)).second) continue;
    INFO(each.path());
    std::string bytes = read_file(each.path());
    auto refused = [&] {
      Finished checked = run_program({"backup", "check", backup});
      CHECK(checked.code != 0);
      CHECK_THAT(checked.out + checked.err, Catch::Contains(name));
      Finished restored = ledger.restore(ledger.at("new"));
      CHECK(restored.code == 3);
      CHECK_THAT(restored.err, Catch::Contains(name));
      Finished other = ledger.restore(ledger.at("new"), {"--version", "1"});
      CHECK(other.code == 3);
      CHECK_FALSE(fs::exists(ledger.at("new")));
    };
    flip_byte(each.path());
    refused();
    fs::remove(each.path());
    CHECK(run_program({"backup", "check", backup}).code != 0);
    CHECK(ledger.restore(ledger.at("new")).code == 3);
    write_file(each.path(), bytes);
  }
  CHECK(kinds.size() >= 5);
  sound(run_program({"backup", "check", backup}));
}

TEST_CASE("a backup that was changed with its checksums does not hold against its record",
          "[backup]") {
  BackedUp ledger;
  sound(ledger.back_up());
  ledger.team.create();
  sound(ledger.back_up());
  // The database of one, and the record of the other.
  const std::string mixed = ledger.shelf + "/000002";
  for (const char* path : {"/backup.json", "/SHA256SUMS"}) fs::remove(mixed + path);
  fs::copy_file(ledger.shelf + "/000001/backup.json", mixed + "/backup.json");
  std::string sums;
  for (const auto& each : fs::recursive_directory_iterator(mixed)) {
    if (!each.is_regular_file()) continue;
    auto file = ledger::OpenFile::open(each.path());
    auto hash = ledger::hash_file(*file, *file->size(), nullptr);
    sums += ledger::to_hex(ledger::bytes_of(*hash)) + "  " +
            fs::relative(each.path(), mixed).string() + '\n';
  }
  write_file(mixed + "/SHA256SUMS", sums);
  Finished checked = run_program({"backup", "check", mixed});
  CHECK(checked.code == 1);
  CHECK_THAT(checked.out, Catch::Contains("entries, and has to have"));
  CHECK(ledger.restore(ledger.at("new")).code == 3);
  CHECK_FALSE(fs::exists(ledger.at("new")));
}

TEST_CASE("what cannot be backed up to is refused, and nothing is made there", "[backup]") {
  BackedUp ledger;
  Finished inside = run_program({"backup", "--data-dir", ledger.daemon.data_dir(), "--to",
                                 ledger.daemon.data_dir() + "/backups"});
  CHECK(inside.code == 3);
  CHECK_THAT(inside.err, Catch::Contains("is in the data directory"));
  CHECK_FALSE(fs::exists(ledger.daemon.data_dir() + "/backups"));
  sound(ledger.back_up());

  Words make_token = {"token", "create", "--team", "t", "--name", "n", "--data-dir"};
  auto token_in = [&](const std::string& dir) {
    Words words = make_token;
    words.push_back(dir);
    return run_program(words);
  };
  REQUIRE(token_in(ledger.at("other")).code == 0);
  Finished another =
      run_program({"backup", "--data-dir", ledger.at("other"), "--to", ledger.shelf});
  CHECK(another.code == 3);
  CHECK_THAT(another.err, Catch::Contains("a directory of its own"));
  CHECK(std::distance(fs::directory_iterator(ledger.shelf), fs::directory_iterator()) == 1);

  // A backup is not a ledger to go on with.
  Finished written = token_in(ledger.shelf + "/000001");
  CHECK(written.code == 3);
  CHECK_THAT(written.err, Catch::Contains("is a backup"));
  CHECK(run_program(
            {"backup", "--data-dir", ledger.daemon.data_dir(), "--to", ledger.shelf + "/000001"})
            .code == 3);
  CHECK(run_program({"backup", "--data-dir", ledger.at("nothing"), "--to", ledger.shelf}).code ==
        3);
  CHECK(run_program({"backup"}).code == 2);
  CHECK(run_program({"backup", "list", "--from", ledger.at("nothing")}).code == 3);
  CHECK(run_program({"backup", "check", ledger.at("nothing")}).code == 3);
  sound(run_program({"backup", "check", ledger.shelf}));
}

}  // namespace jobledger::daemon::e2e
