#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <random>

#include "daemon/cli/apart.h"
#include "intruder.h"
#include "ledger/hash.h"
#include "ledger/hash_tree.h"
#include "ledger/keys.h"
#include "projections/verify.h"
#include "team.h"
#include "tests/support/folding.h"
#include "tests/support/random_history.h"

// Whatever is done to a data directory behind the ledger's back, `verify` says so or it is
// harmless, and it never crashes.

namespace jobledger::daemon::e2e {
namespace {

namespace fs = std::filesystem;
namespace keys = ledger::keys;

/// A ledger that was served and stopped: some cascades, a snapshot, a checkpoint, and one that
/// somebody kept.
class Served {
 public:
  Served() {
    Team team = daemon_.new_team();
    for (int i = 0; i < 3; ++i) {
      Tree tree = team.plant("p(a b)");
      team.cancel(tree["a"]);
    }
    write_file(kept(), team.get("/ledger/v1/checkpoint").text);
    // What is in the write-ahead log so far goes into files of its own at the next start.
    daemon_.restart();
    team.plant("q(c)");
    REQUIRE(daemon_.stop() == 0);
    Finished rebuilt = run_program({"rebuild", "--data-dir", daemon_.data_dir()});
    REQUIRE(rebuilt.code == 0);
    sound_ = verified();
    INFO(sound_.out << sound_.err);
    REQUIRE(sound_.code == 0);
  }

  Finished verified(const std::string& data_dir) const {
    return run_program({"verify", "--data-dir", data_dir, "--checkpoint", kept()});
  }
  Finished verified() const { return verified(daemon_.data_dir()); }
  const std::string& data_dir() const { return daemon_.data_dir(); }
  std::string kept() const { return dir_.path() + "/kept"; }

  /// A copy to be changed.
  std::string copy() const {
    std::string to = dir_.path() + "/copy";
    fs::remove_all(to);
    fs::copy(daemon_.data_dir(), to, fs::copy_options::recursive);
    return to;
  }
  const Finished& sound() const { return sound_; }

 private:
  tests::TempDir dir_;
  DaemonRun daemon_;
  Finished sound_;
};

/// Runs verify on a copy that `change` has changed through the database itself.
Finished after(const Served& served, const std::function<void(Intruder&)>& change) {
  std::string copy = served.copy();
  {
    Intruder intruder(copy);
    change(intruder);
  }
  return served.verified(copy);
}

std::string root_line(const std::string& out) {
  std::size_t at = out.find("root hash ");
  return at == std::string::npos ? "" : out.substr(at, out.find('\n', at) - at);
}

/// The files of the database that hold what it knows.
std::vector<fs::path> files_of(const std::string& data_dir) {
  std::vector<fs::path> files;
  for (const auto& each : fs::directory_iterator(data_dir + "/db")) {
    std::string name = each.path().filename();
    bool tells_nothing = name.starts_with("LOG") || name == "LOCK" || name == "IDENTITY" ||
                         name.starts_with("OPTIONS");
    if (!tells_nothing && each.file_size() > 0) files.push_back(each.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// Flips bits of one byte of a file of a copy, and judges what verify makes of it.
void flip(const Served& served, const fs::path& file, std::size_t at, unsigned char bits) {
  std::string copy = served.copy();
  std::string path = copy + "/db/" + file.filename().string();
  std::string bytes = read_file(path);
  bytes.at(at) = static_cast<char>(bytes[at] ^ static_cast<char>(bits));
  write_file(path, bytes);
  Finished verified = served.verified(copy);
  INFO(file.filename() << " at " << at << ", bits " << int{bits} << '\n'
                       << verified.out << verified.err);
  CHECK((verified.code == 0 || verified.code == 1 || verified.code == 3));
  if (verified.code == 0) CHECK(root_line(verified.out) == root_line(served.sound().out));
  if (verified.code == 1) CHECK_THAT(verified.out, Catch::Contains("NOT consistent"));
  if (verified.code == 3) CHECK_FALSE(verified.err.empty());
}

}  // namespace

TEST_CASE("flipped bits of the database's files are found, or harmless", "[tampering][random]") {
  Served served;
  std::uint64_t seed = tests::seed_or(11);
  INFO("TEST_SEED=" << seed);
  std::mt19937_64 random(seed);
  std::vector<fs::path> files = files_of(served.data_dir());
  REQUIRE(files.size() >= 3);
  for (const fs::path& file : files) {
    for (int i = 0; i < 12; ++i) {
      auto bits = static_cast<unsigned char>(1U << random() % 8);
      flip(served, file, random() % fs::file_size(file), bits);
    }
  }
}

enum Judged { kSame = 10, kFound, kAnother };  // apart from the codes of programs that crash

/// Whether it is consistent, and with that root.
int judge(const std::string& data_dir, const std::string& root) {
  ledger::StoreOptions read_only;
  read_only.read_only = true;
  auto store = ledger::Store::open(data_dir, read_only);
  if (!store) return kFound;
  tests::Notes notes;
  auto judged = projections::verify(**store, notes.report());
  if (!judged.findings.empty()) return kFound;
  return "root hash " + judged.root == root ? kSame : kAnother;
}

TEST_CASE("every byte of a file of the database, flipped in turn, is found or harmless",
          "[tampering]") {
  Served served;
  std::string copy = served.copy();
  fs::path file = fs::path(copy) / "db" / Intruder(copy).only_file_of("entries");
  std::string sound = read_file(file);
  std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
  auto put = [&](std::size_t at, char byte) {
    out.seekp(static_cast<std::streamoff>(at));
    out.put(byte).flush();
  };
  const std::string root = root_line(served.sound().out);
  std::size_t found = 0;
  std::size_t ended_by_rocksdb = 0;
  for (std::size_t at = 0; at < sound.size(); ++at) {
    INFO(file << " at " << at);
    put(at, static_cast<char>(sound[at] ^ 1 << at % 8));
    std::string died_of;
    std::optional<int> judged = cli::run_apart([&] { return judge(copy, root); }, died_of);
    if (judged) REQUIRE((*judged == kSame || *judged == kFound));
    found += judged != kSame;
    ended_by_rocksdb += !judged;
    put(at, sound[at]);
  }
  CHECK(found > sound.size() / 2);
  CHECK(ended_by_rocksdb <= 2);  // a bit of a word or two: see run_apart
}

TEST_CASE("damage that ends RocksDB ends verify with an answer", "[tampering]") {
  Served served;
  std::string copy = served.copy();
  std::string file = copy + "/db/" + Intruder(copy).only_file_of("entries");
  const std::string sound = read_file(file);
  const std::string root = root_line(served.sound().out);
  // The highest bit of the word at the end of the properties, which stand before the footer.
  std::optional<int> judged = kSame;
  for (std::size_t back = 54; back < 400 && judged; ++back) {
    std::string bytes = sound;
    bytes[bytes.size() - back] = static_cast<char>(bytes[bytes.size() - back] ^ 0x80);
    write_file(file, bytes);
    std::string died_of;
    judged = cli::run_apart([&] { return judge(copy, root); }, died_of);
  }
  if (judged) return;  // this RocksDB was built without assertions
  Finished verified = served.verified(copy);
  CHECK(verified.code == 1);
  CHECK_THAT(verified.out, Catch::Contains("RocksDB ended the program that read it") &&
                               Catch::Contains("NOT consistent"));
}

TEST_CASE("changes by the database's own tools are found and named", "[tampering]") {
  Served served;
  std::string first = keys::entry(4);
  std::string second = keys::entry(5);
  Finished swapped = after(served, [&](Intruder& db) {
    std::string row = db.read("entries", first);
    db.write("entries", first, db.read("entries", second));
    db.write("entries", second, row);
  });
  CHECK(swapped.code == 1);
  CHECK_THAT(swapped.out, Catch::StartsWith("entry 4: "));

  Finished dropped = after(served, [&](Intruder& db) {
    std::vector<std::string> entries = db.keys("entries");
    for (std::size_t i = entries.size() - 2; i < entries.size(); ++i)
      db.erase("entries", entries[i]);
  });
  CHECK(dropped.code == 1);
  CHECK_THAT(dropped.out, Catch::Contains("the end of the log is gone"));

  Finished snapshot = after(served, [](Intruder& db) {
    for (const std::string& key : db.keys("snapshots")) {
      std::string row = db.read("snapshots", key);
      if (key.front() != 'h' && !row.empty()) db.write("snapshots", key, row + "x");
    }
  });
  CHECK(snapshot.code == 1);

  Finished tree = after(served, [](Intruder& db) {
    for (const std::string& key : db.keys("tree")) {
      std::string row = db.read("tree", key);
      row[0] = static_cast<char>(row[0] ^ 1);
      db.write("tree", key, row);
    }
  });
  CHECK(tree.code == 1);
  CHECK_THAT(tree.out, Catch::Contains("entry 0: its bytes are not those"));

  Finished checkpoint =
      after(served, [](Intruder& db) { db.erase("default", std::string(keys::kCheckpoint)); });
  CHECK(checkpoint.code == 1);
  CHECK_THAT(checkpoint.out, Catch::Contains("the last signed checkpoint is gone"));
}

TEST_CASE("a row of the entries that is no entry is found, wherever it stands", "[tampering]") {
  Served served;
  std::string last;
  after(served, [&](Intruder& db) { last = db.keys("entries").back(); });
  for (const std::string& key : {std::string("\0", 1), keys::entry(0) + "x",
                                 keys::entry(4).substr(0, 5), last + "x", std::string(9, '\xff')}) {
    Finished extra = after(served, [&](Intruder& db) { db.write("entries", key, "x"); });
    CHECK(extra.code == 1);
    CHECK_THAT(extra.out, Catch::Contains("the log has a row that is no entry"));
  }
  // Left alone it would be in the way of the entries to come.
  std::string copy = served.copy();
  Intruder(copy).write("entries", last + "x", "x");
  Finished started = run_program({"serve", "--data-dir", copy, "--listen", "127.0.0.1:0"});
  CHECK(started.code == 3);
  CHECK_THAT(started.err, Catch::Contains("behind its last entry"));
}

TEST_CASE("what was signed is not signed otherwise, even with the anchor gone", "[tampering]") {
  Served served;
  std::string copy = served.copy();
  {
    Intruder db(copy);
    std::string bytes = db.read("entries", keys::entry(4));
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    db.write("entries", keys::entry(4), bytes);
    std::string leaf(ledger::bytes_of(ledger::HashTree::hash_leaf(ledger::sha256({bytes}))));
    for (const std::string& key : db.keys("tree")) {
      std::uint64_t first = keys::index_of_tree_key(key);
      std::string row = db.read("tree", key);
      if (key[0] != 'r' || key[1] != 0 || first > 4 || first + row.size() / 32 <= 4) continue;
      db.write("tree", key, row.replace((4 - first) * 32, 32, leaf));
    }
  }
  CHECK(served.verified(copy).code == 1);
  fs::remove(copy + "/anchor");
  Finished started = run_program({"serve", "--data-dir", copy, "--listen", "127.0.0.1:0"});
  CHECK(started.code == 3);
  CHECK_THAT(started.err, Catch::Contains("the last signed checkpoint has another root hash"));
  CHECK(served.verified(copy).code == 1);
}

}  // namespace jobledger::daemon::e2e
