#include <catch2/catch.hpp>
#include <filesystem>

#include "intruder.h"
#include "ledger/keys.h"
#include "team.h"

// `jobledger verify`: 0 consistent, 1 not, 3 if there is nothing to judge.

namespace jobledger::daemon::e2e {
namespace {

Finished verify(const std::string& data_dir) {
  return run_program({"verify", "--data-dir", data_dir});
}

/// A ledger that a daemon wrote: the index of the entry that made a tree, and one of its jobs.
struct Written {
  std::int64_t index;
  std::string job;
};

Written write_ledger(DaemonRun& daemon) {
  Team team = daemon.new_team();
  Tree tree = team.plant("root(a b)");
  Written written{team.version() - 1, tree["root"]};
  team.render(tree["a"]);
  team.cancel(tree["b"]);
  REQUIRE(daemon.stop() == 0);
  return written;
}

}  // namespace

TEST_CASE("verify of a sound ledger is 0 and tells its root hash") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  team.create();
  std::string root = team.get("/ledger/v1/head").body["rootHash"].text();
  std::int64_t version = team.version();
  SECTION("beside its running daemon") {}
  SECTION("after it") {
    daemon.stop();
  }
  Finished verified = verify(daemon.data_dir());
  CHECK(verified.code == 0);
  CHECK_THAT(verified.out,
             Catch::Contains("consistent: " + std::to_string(version)) && Catch::Contains(root));
  Json json(run_program({"verify", "--json", "--data-dir", daemon.data_dir()}).out);
  CHECK(json["consistent"].is_true());
  CHECK(json["entries"] == version);
  CHECK(json["rootHash"] == root);
}

TEST_CASE("verify names the entry that was changed, and is 1") {
  DaemonRun daemon;
  Written written = write_ledger(daemon);
  std::string key = ledger::keys::entry(static_cast<std::uint64_t>(written.index));
  {
    Intruder intruder(daemon.data_dir());
    std::string row = intruder.read("entries", key);
    std::size_t place = GENERATE(0, 1, 2);  // at the begin, in the middle, at the end
    row[(row.size() - 1) * place / 2] ^= 1;
    intruder.write("entries", key, row);
  }
  Finished verified = verify(daemon.data_dir());
  CHECK(verified.code == 1);
  CHECK_THAT(verified.out, Catch::Contains("entry " + std::to_string(written.index)) &&
                               Catch::Contains("NOT consistent"));
}

TEST_CASE("verify names the entry that is gone, and is 1") {
  DaemonRun daemon;
  Written written = write_ledger(daemon);
  Intruder(daemon.data_dir())
      .erase("entries", ledger::keys::entry(static_cast<std::uint64_t>(written.index)));
  Finished verified = verify(daemon.data_dir());
  CHECK(verified.code == 1);
  CHECK_THAT(verified.out, Catch::Contains(std::to_string(written.index)));
}

TEST_CASE("verify names the job whose payload was changed, and is 1") {
  DaemonRun daemon;
  Written written = write_ledger(daemon);
  std::string key = ledger::keys::payload(*ledger::Ulid::parse(written.job));
  {
    Intruder intruder(daemon.data_dir());
    std::string row = intruder.read("payloads", key);
    row[row.size() / 2] ^= 1;
    intruder.write("payloads", key, row);
  }
  Finished verified = verify(daemon.data_dir());
  CHECK(verified.code == 1);
  CHECK_THAT(verified.out, Catch::Contains(written.job));
}

TEST_CASE("verify goes on from a checkpoint, and hashes alone, and says what it left out") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  team.create();
  std::string kept = daemon.data_dir() + "/kept";
  std::string version = std::to_string(team.version());
  REQUIRE(http::eventually([&] {
    std::string note = team.get("/ledger/v1/checkpoint").text;
    write_file(kept, note);
    return note.find('\n' + version + '\n') != std::string::npos;  // its second line
  }));
  team.create();
  std::string root = team.get("/ledger/v1/head").body["rootHash"].text();
  REQUIRE(daemon.stop() == 0);
  auto verified = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"verify", "--data-dir", daemon.data_dir()});
    return run_program(options);
  };
  Finished on = verified({"--from", kept});
  CHECK(on.code == 0);
  CHECK_THAT(on.out, Catch::Contains("consistent: 1 entry from " + version + " on, dense") &&
                         Catch::Contains("no projection was compared") &&
                         Catch::Contains("entries before " + version + " were not read") &&
                         Catch::Contains("goes with the checkpoint " + kept) &&
                         Catch::Contains("root hash " + root));
  Finished hashes = verified({"--only-hashes"});
  CHECK(hashes.code == 0);
  CHECK_THAT(hashes.out, Catch::Contains("dense, each hashed; no projection was compared") &&
                             Catch::Contains("payloads were not read") &&
                             Catch::Contains("root hash " + root));
  Json json(verified({"--from", kept, "--only-hashes", "--json"}).out);
  CHECK(json["from"] == std::stoll(version));
  CHECK(json["entries"] == 1);
  CHECK_FALSE(json["refolded"].is_true());
  CHECK(verified({"--from", kept, "--invariants"}).code == 2);
  CHECK(verified({"--only-hashes", "--invariants"}).code == 2);
  CHECK(verified({"--from", kept + "x"}).code == 3);
  write_file(kept, "nonsense");
  Finished damaged = verified({"--from", kept});
  CHECK(damaged.code == 1);
  CHECK_THAT(damaged.out, Catch::Contains("the checkpoint " + kept + " is damaged"));
}

TEST_CASE("verify where there is no ledger is 3") {
  tests::TempDir dir;
  CHECK(verify(dir.path()).code == 3);
  CHECK(verify(dir.path() + "/nowhere").code == 3);
  CHECK_FALSE(std::filesystem::exists(dir.path() + "/nowhere"));
  CHECK(run_program({"verify"}).code == 2);
}

}  // namespace jobledger::daemon::e2e
