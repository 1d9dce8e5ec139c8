#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table_properties.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <map>
#include <random>
#include <thread>

#include "daemon/webhooks/outbox.h"
#include "intruder.h"
#include "ledger/codec.h"
#include "ledger/hash.h"
#include "ledger/hash_tree.h"
#include "ledger/keys.h"
#include "projections/snapshots.h"
#include "projections/verify.h"
#include "team.h"
#include "tests/support/folding.h"
#include "tests/support/random_history.h"
#include "tests/support/torture.h"

// Whatever is damaged: `repair` says what is whole, and a cut gives a ledger that verifies, starts
// and serves a prefix of the same bytes, with all the rest aside; or it says that it could not, and
// nothing was changed.

namespace jobledger::daemon::e2e {
namespace {

namespace fs = std::filesystem;
namespace keys = ledger::keys;

using ledger::Store;

std::unique_ptr<Store> open_to_read(const std::string& data_dir) {
  ledger::StoreOptions how;
  how.create = false;
  how.read_only = true;
  auto store = Store::open(data_dir, how);
  if (!store) throw std::runtime_error(store.error().message);
  return std::move(*store);
}

/// All that a ledger holds.
struct Held {
  std::vector<std::string> entries;
  std::map<ledger::JobId, std::string> payloads;
  std::map<ledger::JobId, std::uint64_t> submitted;  ///< by which entry

  explicit Held(const Store& store) {
    for (std::uint64_t i = 0; i < store.entry_count().value(); ++i) {
      entries.push_back(store.entry(i).value());
      ledger::Entry entry = ledger::decode(entries.back()).value();
      for (const ledger::Event& event : entry.events) {
        if (event.kind != ledger::EventKind::job_submitted) continue;
        payloads[event.subject] = store.payload(event.subject).value();
        submitted[event.subject] = i;
      }
    }
  }
};

/// A ledger that was killed: with tables of several starts, a snapshot, checkpoints, and a log.
class Sound {
 public:
  Sound() {
    Team team = daemon_.new_team();
    for (int start = 0; start < 2; ++start) {
      for (int i = 0; i < 4; ++i) {
        Tree tree = team.plant("p(a b(c))");
        team.cancel(tree["a"]);
        team.render(team.create());
      }
      if (start == 1) break;
      // What is in the log so far goes into tables at the next start.
      REQUIRE(daemon_.stop() == 0);
      REQUIRE(run_program({"rebuild", "--data-dir", daemon_.data_dir()}).code == 0);
      daemon_.start();
    }
    const std::string size = '\n' + std::to_string(team.version()) + '\n';
    while (read_file(daemon_.data_dir() + "/anchor").find(size) == std::string::npos) {
      std::this_thread::yield();  // the next checkpoint is of all
    }
    daemon_.kill();
    held_.emplace(*open_to_read(daemon_.data_dir()));
  }

  /// A copy to be damaged, in a directory of this name.
  std::string copy(const std::string& name = "copy") const {
    std::string to = dir_.path() + '/' + name;
    fs::remove_all(to);
    fs::copy(daemon_.data_dir(), to, fs::copy_options::recursive);
    return to;
  }
  const Held& held() const { return *held_; }
  std::uint64_t count() const { return held_->entries.size(); }

 private:
  tests::TempDir dir_;
  DaemonRun daemon_;
  std::optional<Held> held_;
};

const Sound& sound() {
  static const Sound one;
  return one;
}

/// The tables of a family, oldest first.
std::vector<std::string> tables_of(const std::string& data_dir, const std::string& family) {
  std::vector<std::string> paths;
  for (const auto& each : fs::directory_iterator(data_dir + "/db")) {
    if (each.path().extension() != ".sst") continue;
    rocksdb::SstFileReader reader{rocksdb::Options()};
    if (!reader.Open(each.path().string()).ok()) continue;
    if (reader.GetTableProperties()->column_family_name == family) paths.push_back(each.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string file_like(const std::string& data_dir, const std::string& beginning,
                      const std::string& end) {
  std::string found;
  for (const auto& each : fs::directory_iterator(data_dir + "/db")) {
    std::string name = each.path().filename();
    if (name.starts_with(beginning) && name.ends_with(end) && each.file_size() > 0) {
      found = std::max(found, each.path().string());
    }
  }
  REQUIRE_FALSE(found.empty());
  return found;
}

void flip(const std::string& path, std::size_t at, unsigned char bits = 1) {
  std::string bytes = read_file(path);
  bytes.at(at) = static_cast<char>(bytes[at] ^ static_cast<char>(bits));
  write_file(path, bytes);
}

Finished repair(const std::string& data_dir, const Words& more = {}) {
  Words words = {"repair", "--data-dir", data_dir};
  words.insert(words.end(), more.begin(), more.end());
  return run_program(words);
}

/// The files of a directory, all of them, with their bytes.
std::map<std::string, std::string> files_in(const std::string& data_dir) {
  std::map<std::string, std::string> files;
  for (const auto& each : fs::recursive_directory_iterator(data_dir)) {
    if (each.is_regular_file() && !each.path().filename().string().starts_with("LOG"))
      files[each.path()] = read_file(each.path());
  }
  return files;
}

/// Requires that the ledger holds the first `version` entries, byte for byte, with their payloads;
/// and after them nothing but the entry of a cut, if there was one.
void check_prefix(const std::string& data_dir, std::uint64_t version, bool is_cut) {
  Finished verified = run_program({"verify", "--data-dir", data_dir, "--invariants"});
  INFO(verified.out << verified.err);
  REQUIRE(verified.code == 0);
  auto store = open_to_read(data_dir);
  REQUIRE(store->entry_count().value() == version + is_cut);
  const Held& held = sound().held();
  for (std::uint64_t i = 0; i < version; ++i) REQUIRE(store->entry(i).value() == held.entries[i]);
  for (const auto& [job, entry] : held.submitted) {
    if (entry < version) REQUIRE(store->payload(job).value() == held.payloads.at(job));
  }
  if (!is_cut) return;
  ledger::Entry last = ledger::decode(store->entry(version).value()).value();
  REQUIRE(last.command.kind == ledger::CommandKind::cut_ledger);
  const auto& cut = last.events.at(0).as<ledger::Cut>();
  CHECK(cut.version == version);
  CHECK(cut.bytes > 0);  // what is gone from the end cannot be counted
  CHECK_FALSE(cut.damage.empty());
  CHECK(fs::exists(cut.put_aside + "/db"));
  CHECK(fs::exists(cut.put_aside + "/rows.ndjson"));
  CHECK(fs::exists(cut.put_aside + "/list.json"));
}

/// The ledger starts, answers as of what it was cut to, and goes on.
void check_serves(const std::string& data_dir, std::uint64_t version) {
  DaemonRun daemon({}, {}, data_dir);
  Team admin = daemon.admin();
  CHECK(admin.version() >= static_cast<std::int64_t>(version));
  daemon.new_team().plant("p(a b)");
  CHECK(daemon.stop() == 0);
  CHECK(run_program({"verify", "--data-dir", data_dir}).code == 0);
}

struct Outcome {
  std::uint64_t whole = 0;
  bool lost_nothing = false;
  std::string out;
};

/// What repair finds; it changes nothing.
Outcome examined(const std::string& data_dir) {
  auto before = files_in(data_dir);
  Finished found = repair(data_dir, {"--json"});
  INFO(found.out << found.err);
  REQUIRE(found.code == 1);
  CHECK(files_in(data_dir) == before);
  Json json(found.out);
  CHECK(json["damaged"].is_true());
  for (const Json& finding : json["findings"].items()) CHECK_FALSE(finding.text().empty());
  return {static_cast<std::uint64_t>(json["wholeVersion"].integer()), json["lostNothing"].is_true(),
          found.out};
}

struct Damage {
  std::string name;
  std::function<void(const std::string& data_dir)> make;
  std::function<bool(const Outcome&)> expected;
  std::string start_says;  ///< empty: it may start, as it reads nothing before its snapshot
};

void change_row(const std::string& data_dir, const std::string& family, const std::string& key) {
  Intruder db(data_dir);
  std::string row = db.read(family, key);
  row.back() = static_cast<char>(row.back() ^ 1);
  db.write(family, key, row);
}

ledger::JobId job_of_entry(std::uint64_t at_least) {
  for (const auto& [job, entry] : sound().held().submitted) {
    if (entry >= at_least) return job;
  }
  throw std::runtime_error("no such job");
}

bool is_open(const std::string& table) {
  rocksdb::SstFileReader reader{rocksdb::Options()};
  return reader.Open(table).ok();
}

/// Flips a bit of what finds the rows of a table, so that it does not open any more.
void damage_index(const std::string& table) {
  for (std::size_t back = 60; is_open(table); back += 20) {
    std::string bytes = read_file(table);
    REQUIRE(back < bytes.size());
    flip(table, bytes.size() - back);
    if (!is_open(table)) return;
    write_file(table, bytes);
  }
}

std::vector<Damage> damages() {
  const std::uint64_t count = sound().count();
  auto at = [](std::uint64_t version) {
    return
        [version](const Outcome& found) { return found.whole == version && !found.lost_nothing; };
  };
  auto nothing_lost = [count](const Outcome& found) {
    return found.whole == count && found.lost_nothing;
  };
  auto some = [count](const Outcome& found) { return found.whole > 0 && found.whole < count; };
  const ledger::JobId job = job_of_entry(30);
  auto table = [](const std::string& dir, const std::string& family) {
    return tables_of(dir, family).back();
  };
  return {
      {"an entry", [](const auto& dir) { change_row(dir, "entries", keys::entry(30)); }, at(30),
       "entry 30 is damaged"},
      {"a row of the tree",
       [](const auto& dir) {
         Intruder db(dir);
         for (const std::string& key : db.keys("tree")) {
           std::string row = db.read("tree", key);
           row[0] = static_cast<char>(row[0] ^ 1);
           db.write("tree", key, row);
         }
       },
       nothing_lost, " is damaged"},
      {"a payload", [job](const auto& dir) { change_row(dir, "payloads", keys::payload(job)); },
       at(sound().held().submitted.at(job)), ""},
      {"a row of a snapshot",
       [](const auto& dir) {
         Intruder db(dir);
         for (const std::string& key : db.keys("snapshots")) {
           if (key.front() != 'h') db.write("snapshots", key, db.read("snapshots", key) + "x");
         }
       },
       nothing_lost, ""},
      {"a block of a table of entries",
       [&](const auto& dir) {
         std::string path = table(dir, "entries");
         flip(path, fs::file_size(path) / 4);
       },
       some, ""},
      {"a whole table of entries",
       [&](const auto& dir) {
         std::string path = table(dir, "entries");
         write_file(path, std::string(fs::file_size(path), '\0'));
       },
       some, "does not open"},
      {"the index of a table", [&](const auto& dir) { damage_index(table(dir, "entries")); }, some,
       "does not open"},
      {"a whole table of snapshots",
       [&](const auto& dir) {
         std::string path = table(dir, "snapshots");
         write_file(path, std::string(fs::file_size(path), 'x'));
       },
       nothing_lost, "does not open"},
      {"the manifest", [](const auto& dir) { flip(file_like(dir, "MANIFEST", ""), 100); },
       nothing_lost, "does not open"},
      {"the middle of the log",
       [](const auto& dir) {
         std::string path = file_like(dir, "", ".log");
         flip(path, read_file(path).find_last_not_of('\0') / 2);
       },
       some, "is damaged at byte"},
      {"a file that is gone", [&](const auto& dir) { fs::remove(table(dir, "entries")); }, some,
       "does not open"},
      {"CURRENT is gone", [](const auto& dir) { fs::remove(dir + "/db/CURRENT"); }, nothing_lost,
       "none that names them (CURRENT)"},
      {"the end of the log is gone",
       [](const auto& dir) { fs::remove(file_like(dir, "", ".log")); }, some, "nchor"},
  };
}

}  // namespace

TEST_CASE("damage of every kind is named, and a repair keeps what is whole", "[repair]") {
  for (const Damage& damage : damages()) {
    SECTION(damage.name) {
      std::string copy = sound().copy();
      damage.make(copy);
      if (!damage.start_says.empty()) {
        const std::string another = sound().copy("started");
        damage.make(another);
        Finished started = run_program({"serve", "--data-dir", another, "--listen", "127.0.0.1:0"});
        INFO(started.err);
        CHECK(started.code == 3);
        CHECK_THAT(started.err, Catch::Contains(damage.start_says));
      }
      Outcome found = examined(copy);
      INFO(found.out);
      REQUIRE(damage.expected(found));
      Finished text = repair(copy);
      CHECK(text.code == 1);
      CHECK_THAT(text.out, Catch::StartsWith("DAMAGED:"));

      const std::string version = std::to_string(found.whole);
      Finished later = repair(copy, {"--cut-at", std::to_string(found.whole + 1)});
      CHECK(later.code == 3);
      CHECK_THAT(later.err, Catch::Contains("--cut-at can be " + version + " at most"));
      Finished done = found.lost_nothing
                          ? repair(copy, {"--rebuild"})
                          : repair(copy, {"--cut-at", version, "--reason", "the disk, INC-7"});
      INFO(done.out << done.err);
      REQUIRE(done.code == 0);
      check_prefix(copy, found.whole, !found.lost_nothing);
      check_serves(copy, found.whole);
      CHECK(repair(copy).code == 0);
    }
  }
}

TEST_CASE("a sound ledger is not cut", "[repair]") {
  std::string copy = sound().copy();
  auto before = files_in(copy);
  Finished found = repair(copy);
  INFO(found.out << found.err);
  CHECK(found.code == 0);
  CHECK_THAT(found.out, Catch::StartsWith("nothing is damaged"));
  for (const Words& how : {Words{"--cut-at", "3"}, Words{"--rebuild"}}) {
    Finished refused = repair(copy, how);
    CHECK(refused.code == 3);
    CHECK_THAT(refused.err, Catch::Contains("there is nothing to repair"));
  }
  CHECK(files_in(copy) == before);
}

TEST_CASE("beside a running daemon nothing is repaired", "[repair]") {
  DaemonRun daemon;
  Finished refused = repair(daemon.data_dir());
  CHECK(refused.code == 3);
  CHECK_THAT(refused.err, Catch::Contains("in use by another process"));
}

TEST_CASE("a cut sets further anchors, and puts aside what they were", "[repair]") {
  tests::TempDir dir;
  std::string copy = sound().copy();
  const std::string anchor = dir.path() + "/anchor";
  fs::copy(copy + "/anchor", anchor);
  change_row(copy, "entries", keys::entry(20));
  const std::string aside = copy + "-aside";
  fs::remove_all(aside);
  Finished done = repair(copy, {"--cut-at", "20", "--anchor", anchor, "--aside", aside});
  INFO(done.out << done.err);
  REQUIRE(done.code == 0);
  CHECK(read_file(anchor) == read_file(copy + "/anchor"));
  CHECK(read_file(aside + "/anchor-1") == read_file(aside + "/anchor"));
  DaemonRun daemon({"--tlog-anchor", anchor}, {}, copy);
  CHECK(daemon.stop() == 0);
}

TEST_CASE("a cut takes along what webhooks noted about entries that are put aside", "[repair]") {
  std::string copy = sound().copy();
  REQUIRE(fs::exists(webhooks::outbox_of(copy)));
  change_row(copy, "entries", keys::entry(12));
  const ledger::Ulid id = open_to_read(copy)->ledger_id();
  {
    auto before = webhooks::Outbox::open(webhooks::outbox_of(copy), id, 1'000'000);
    REQUIRE(before);
    REQUIRE((*before)->position().entry > 13);
  }
  Finished done = repair(copy, {"--cut-at", "12"});
  INFO(done.out << done.err);
  REQUIRE(done.code == 0);
  auto after = webhooks::Outbox::open(webhooks::outbox_of(copy), id, 1'000'000);
  REQUIRE(after);
  CHECK((*after)->position() == webhooks::Position{12, 0});
}

TEST_CASE("a ledger with an entry of a later version is never cut", "[repair]") {
  std::string copy = sound().copy();
  {
    Intruder db(copy);
    const std::uint64_t index = sound().count() - 1;
    ledger::Entry entry = ledger::decode(sound().held().entries[index]).value();
    entry.command.kind = static_cast<ledger::CommandKind>(ledger::kCommandKinds);
    const std::string bytes = ledger::encode(entry);
    db.write("entries", keys::entry(index), bytes);
    std::string leaf(ledger::bytes_of(ledger::HashTree::hash_leaf(ledger::sha256({bytes}))));
    for (const std::string& key : db.keys("tree")) {
      std::uint64_t first = keys::index_of_tree_key(key);
      std::string row = db.read("tree", key);
      if (key[0] != 'r' || key[1] != 0 || first > index || first + row.size() / 32 <= index)
        continue;
      db.write("tree", key, row.replace((index - first) * 32, 32, leaf));
    }
  }
  for (const Words& how : {Words{}, Words{"--cut-at", "3"}, Words{"--rebuild"}}) {
    Finished refused = repair(copy, how);
    INFO(refused.out << refused.err);
    CHECK(refused.code == 3);
    CHECK_THAT(refused.err, Catch::Contains("a later version of jobledger wrote entry"));
  }
}

TEST_CASE("a ledger whose keys are lost is not repaired to one that signs with others",
          "[repair]") {
  std::string copy = sound().copy();
  for (const std::string& table : tables_of(copy, "default")) {
    write_file(table, std::string(fs::file_size(table), 'x'));
  }
  auto before = files_in(copy);
  Finished found = repair(copy);
  INFO(found.out << found.err);
  CHECK(found.code == 1);
  CHECK_THAT(found.out, Catch::Contains("Restore a backup"));
  for (const Words& how : {Words{"--cut-at", "3"}, Words{"--rebuild"}}) {
    Finished refused = repair(copy, how);
    CHECK(refused.code == 3);
    CHECK_THAT(refused.err, Catch::Contains("restore a backup"));
  }
  CHECK(files_in(copy) == before);
}

TEST_CASE("a cut that is killed leaves the old or the new, and a repeat works", "[repair]") {
  std::mt19937_64 random(tests::seed_or(5));
  tests::TempDir dir;
  int killed = 0;
  for (int i = 0; i < 12; ++i) {
    std::string copy = sound().copy();
    change_row(copy, "entries", keys::entry(20));
    {
      Process cutting({"repair", "--data-dir", copy, "--cut-at", "20"}, dir.path() + "/err");
      std::this_thread::sleep_for(std::chrono::milliseconds(random() % 120));
      cutting.signal(SIGKILL);
      killed += cutting.wait() == 128 + SIGKILL;
    }
    INFO("run " << i);
    Finished again;
    do {  // what was killed is about to end
      again = repair(copy, {"--cut-at", "20"});
    } while (again.err.find("in use by another process") != std::string::npos);
    INFO(again.out << again.err);
    bool was_done = again.code == 3 && again.err.find("nothing to repair") != std::string::npos;
    REQUIRE((again.code == 0 || was_done));
    check_prefix(copy, 20, true);
  }
  std::cout << "did: " << killed << " cuts killed\n";
}

namespace {

/// How flips ended.
struct Ends {
  int harmless = 0;
  int rebuilt = 0;
  int cut = 0;
  int could_not = 0;
};

/// Repairs what one flip has done, and requires that it was done right or not at all.
void repair_flip(const std::string& copy, Ends& ends) {
  auto before = files_in(copy);
  Finished found = repair(copy, {"--json"});
  INFO(found.out << found.err);
  REQUIRE((found.code == 0 || found.code == 1 || found.code == 3));
  REQUIRE(files_in(copy) == before);
  if (found.code == 3) {
    REQUIRE_FALSE(found.err.empty());
    ++ends.could_not;
    return;
  }
  if (found.code == 0) {
    ++ends.harmless;
    return check_prefix(copy, sound().count(), false);
  }
  Json json(found.out);
  const auto whole = static_cast<std::uint64_t>(json["wholeVersion"].integer());
  const bool lost_nothing = json["lostNothing"].is_true();
  REQUIRE(whole <= sound().count());
  Finished done = lost_nothing ? repair(copy, {"--rebuild"})
                               : repair(copy, {"--cut-at", std::to_string(whole)});
  INFO(done.out << done.err);
  REQUIRE((done.code == 0 || done.code == 3));
  if (done.code == 3) {
    REQUIRE(files_in(copy) == before);
    ++ends.could_not;
    return;
  }
  if (lost_nothing) REQUIRE(whole == sound().count());
  ++(lost_nothing ? ends.rebuilt : ends.cut);
  check_prefix(copy, whole, !lost_nothing);
}

}  // namespace

TEST_CASE("bits that flip anywhere are repaired to a prefix, or nothing is done",
          "[repair][random][torture][no-tsan]") {
  Ends ends;
  tests::for_seeds(tests::is_torture() ? 4 : 1, [&](std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (int i = 0; i < (tests::is_torture() ? 100 : 25); ++i) {
      std::string copy = sound().copy();
      std::vector<std::string> paths;
      for (const auto& [path, bytes] : files_in(copy)) {
        std::string name = fs::path(path).filename();
        if (!bytes.empty() && !name.starts_with("LOG")) paths.push_back(path);
      }
      for (int flips = static_cast<int>(random() % 4) / 3 + 1; flips > 0; --flips) {
        const std::string& path = paths[random() % paths.size()];
        std::size_t used = read_file(path).find_last_not_of('\0') + 1;
        const std::size_t byte = random() % std::max<std::size_t>(used, 1);
        const auto bits = static_cast<unsigned char>(1U << random() % 8);
        UNSCOPED_INFO("bits " << int{bits} << " of byte " << byte << " of " << path);
        flip(path, byte, bits);
      }
      repair_flip(copy, ends);
    }
  });
  std::cout << "did: " << ends.cut << " cut, " << ends.rebuilt << " rebuilt, " << ends.harmless
            << " harmless, " << ends.could_not << " could not\n";
  CHECK(ends.cut + ends.rebuilt > 0);
}

}  // namespace jobledger::daemon::e2e
