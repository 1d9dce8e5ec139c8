#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>

#include "intruder.h"
#include "ledger/command.h"
#include "ledger/event.h"
#include "projections/recovery.h"
#include "projections/snapshots.h"
#include "team.h"
#include "tests/support/folding.h"

// tests/data/formats has a data directory of every format that was ever released, and what the
// program that wrote it told of it. They stand for the ledgers that are out there: README.md beside
// them.

namespace jobledger::daemon::e2e {
namespace {

namespace fs = std::filesystem;

const fs::path kFormats = fs::path(TEST_DATA_DIR) / "formats";

/// Kinds that came since the last directory was made: the next release brings one with them.
const std::string kSince =
    " RestoreLedger CutLedger LedgerRestored LedgerCut CreateWebhook DeleteWebhook WebhookCreated "
    "WebhookDeleted ";

/// A kept directory, unpacked.
class Kept {
 public:
  explicit Kept(const fs::path& from)
      : told_(read_file((from / "answers.json").string())), digests_(from / "digests") {
    const std::string unpack =
        "tar -xzf '" + (from / "directory.tar.gz").string() + "' -C '" + dir_.path() + "'";
    REQUIRE(std::system(unpack.c_str()) == 0);
  }

  std::string data_dir() const { return dir_.path() + "/directory"; }
  std::string beside(const std::string& name) const { return dir_.path() + '/' + name; }
  const Json& told() const { return told_; }
  const fs::path& digests() const { return digests_; }

 private:
  tests::TempDir dir_;
  Json told_;
  fs::path digests_;
};

std::vector<fs::path> all_kept() {
  std::vector<fs::path> all;
  for (const auto& each : fs::directory_iterator(kFormats)) {
    if (each.is_directory()) all.push_back(each.path());
  }
  return all;
}

/// Answers may have further members, which a later program added: never other ones, or fewer.
void check_holds(const Json& now, const Json& then, const std::string& path) {
  INFO(path);
  if (then.is_array()) {
    REQUIRE(now.is_array());
    REQUIRE(now.size() == then.size());
    for (int i = 0; i < then.size(); ++i)
      check_holds(now[i], then[i], path + '[' + std::to_string(i) + ']');
  } else if (then.names().empty()) {
    CHECK(now.dump() == then.dump());
  } else {
    std::istringstream names(then.names());
    for (std::string name; names >> name;) check_holds(now[name], then[name], path + '.' + name);
  }
}

std::string digests_of(const std::string& data_dir) {
  ledger::StoreOptions how;
  how.read_only = true;
  auto store = ledger::Store::open(data_dir, how);
  REQUIRE(store);
  tests::Notes notes;
  auto folded = projections::refold(**store, notes.report());
  REQUIRE(folded);
  projections::Snapshots snapshots(**store);
  auto started = projections::recover(**store, snapshots, notes.report());
  REQUIRE(started);
  CHECK(projections::digests(**started) == projections::digests(**folded));
  std::string text;
  for (const auto& [name, digest] : projections::digests(**folded)) {
    text += name + ": " + digest + '\n';
  }
  return text;
}

std::string root_of(const std::string& data_dir) {
  Finished verified = run_program({"verify", "--data-dir", data_dir, "--json", "--invariants"});
  INFO(verified.out << verified.err);
  REQUIRE(verified.code == 0);
  return Json(verified.out)["rootHash"].text();
}

}  // namespace

TEST_CASE("a data directory of every format opens, verifies and replays to the same root",
          "[formats]") {
  REQUIRE_FALSE(all_kept().empty());
  for (const fs::path& from : all_kept()) {
    INFO(from);
    Kept kept(from);
    const std::string root = kept.told()["rootHash"].text();
    CHECK(root_of(kept.data_dir()) == root);
    Finished replayed = run_program(
        {"replay", "--data-dir", kept.data_dir(), "--into", kept.beside("again"), "--json"});
    INFO(replayed.err);
    REQUIRE(replayed.code == 0);
    CHECK(Json(replayed.out)["into"]["rootHash"] == root);
    Finished key = run_program({"key", "show", "--data-dir", kept.data_dir()});
    CHECK(key.out == kept.told()["key"].text() + '\n');
    Finished repaired = run_program({"repair", "--data-dir", kept.data_dir()});
    INFO(repaired.out << repaired.err);
    CHECK(repaired.code == 0);
    // Made by MAKE_FORMATS=1, and again where a projection has another format since, or there are
    // new kinds of commands.
    const std::string digests = digests_of(kept.data_dir());
    if (std::getenv("MAKE_FORMATS")) write_file(kept.digests().string(), digests);
    // Projections that came since are not in it.
    std::istringstream then(read_file(kept.digests().string()));
    for (std::string line; std::getline(then, line);) {
      CHECK_THAT(digests, Catch::Contains(line + '\n'));
    }
  }
}

TEST_CASE("a data directory of every format answers as it did, and goes on", "[formats]") {
  for (const fs::path& from : all_kept()) {
    INFO(from);
    Kept kept(from);
    const Json& told = kept.told();
    {
      // The daemon checks the anchor and the keys at its start.
      DaemonRun daemon({"--public-url", told["publicUrl"].text()}, {}, kept.data_dir());
      std::map<std::string, Team> teams;
      for (const char* who : {"admin", "reader"}) {
        teams.emplace(who, Team(daemon, who, told["tokens"][who].text()));
      }
      const auto version = told["version"].integer();
      CHECK(teams.at("admin").version() >= version);
      for (const Json& each : told["answers"].items()) {
        const std::string target = each["target"].text();
        Answer answer = teams.at(each["as"].text()).get(target);
        // A token that this test makes is in the list of today.
        if (target == "/ledger/v1/tokens") continue;
        check_holds(answer.body, each["answer"], target);
      }
      daemon.new_team().plant("p(a b)");
      REQUIRE(daemon.stop() == 0);
    }
    CHECK_FALSE(root_of(kept.data_dir()).empty());
  }
}

TEST_CASE("the kept directories hold every kind of command and event", "[formats]") {
  std::string kinds = kSince;
  for (const fs::path& from : all_kept()) {
    for (const Json& each : Json(read_file((from / "answers.json").string()))["answers"].items()) {
      if (!each["target"].text().starts_with("/ledger/v1/entries/")) continue;
      kinds += each["answer"]["type"].text() + ' ';
      kinds += texts_of(each["answer"]["events"], "type") + ' ';
    }
  }
  for (std::uint8_t kind = 0; kind < ledger::kCommandKinds; ++kind) {
    std::string name(name_of(static_cast<ledger::CommandKind>(kind)));
    INFO(name << " is in no kept directory: see tests/data/formats/README.md");
    CHECK(kinds.find(' ' + name + ' ') != std::string::npos);
  }
  for (std::uint8_t kind = 0; kind < ledger::kEventKinds; ++kind) {
    std::string name(name_of(static_cast<ledger::EventKind>(kind)));
    INFO(name << " is in no kept directory: see tests/data/formats/README.md");
    CHECK(kinds.find(' ' + name + ' ') != std::string::npos);
  }
}

TEST_CASE("a ledger of a later format is refused as that, and not called damaged", "[formats]") {
  Kept format(all_kept().front());
  Intruder(format.data_dir()).write("default", "format", "2");
  Kept family(all_kept().front());
  Intruder(family.data_dir()).add_family("indexes");
  for (const std::string& data_dir : {format.data_dir(), family.data_dir()}) {
    for (const Words& words :
         {Words{"serve", "--data-dir", data_dir, "--listen", "127.0.0.1:0"},
          Words{"verify", "--data-dir", data_dir}, Words{"repair", "--data-dir", data_dir},
          Words{"repair", "--data-dir", data_dir, "--cut-at", "3"}}) {
      Finished refused = run_program(words);
      INFO(words.front() << ": " << refused.out << refused.err);
      CHECK(refused.code == 3);
      CHECK_THAT(refused.err,
                 Catch::Contains("se the version of the program that wrote it") ||
                     Catch::Contains("a later version of jobledger wrote this ledger"));
      CHECK_THAT(refused.err, !Catch::Contains("is damaged"));
    }
  }
}

}  // namespace jobledger::daemon::e2e
