// Bits that flip on the disk: a start refuses, or what cannot be trusted is not served, or nothing
// is amiss. Never is an answer wrong.

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <iostream>
#include <map>
#include <vector>

#include "ledger/codec.h"
#include "ledger/tree_reader.h"
#include "projections/snapshots.h"
#include "tests/support/simulated_ledger.h"
#include "tests/support/torture.h"

namespace jobledger::tests {
namespace {

constexpr std::size_t kBlock = 4096;
constexpr unsigned kSecondsEach = 120;

/// All that a ledger serves.
struct Served {
  std::vector<std::string> entries;
  std::map<ledger::JobId, std::string> payloads;
  std::map<std::string, std::string> digests;
  ledger::Sha256 root{};
  ledger::Store::Rows meta;
};

/// How a start from a damaged disk ends, apart from the codes of programs that crash.
enum Judged { kSame = 10, kRefused, kNotServed, kWrong };

Served all_of(const OpenedLedger& opened) {
  Served served;
  std::uint64_t count = opened.store->entry_count().value();
  for (std::uint64_t i = 0; i < count; ++i) {
    served.entries.push_back(opened.store->entry(i).value());
    ledger::Entry entry = ledger::decode(served.entries.back()).value();
    for (const ledger::Event& event : entry.events) {
      if (event.kind != ledger::EventKind::job_submitted) continue;
      served.payloads[event.subject] = opened.store->payload(event.subject).value();
    }
  }
  served.digests = projections::digests(*opened.state);
  served.root = ledger::TreeReader(*opened.store).root(count).value();
  served.meta = opened.store->meta_rows("").value();
  return served;
}

/// Starts from the disk, and asks for everything.
Judged judge(const SimulatedDisk& disk, const Served& sound) {
  auto opened = OpenedLedger::open(std::make_shared<SimulatedFiles>(disk));
  if (!opened) return opened.error().message.empty() ? kWrong : kRefused;
  bool served = true;
  bool right = true;
  auto compare = [&](const auto& got, const auto& expected) {
    if (!got) {
      served = false;
    } else if (*got != expected) {
      right = false;
    }
  };
  const ledger::Store& store = *opened->store;
  compare(store.entry_count(), sound.entries.size());
  for (std::uint64_t i = 0; i < sound.entries.size(); ++i) {
    compare(store.entry(i), sound.entries[i]);
  }
  for (const auto& [job, row] : sound.payloads) compare(store.payload(job), row);
  compare(ledger::TreeReader(store).root(sound.entries.size()), sound.root);
  compare(store.meta_rows(""), sound.meta);
  if (projections::digests(*opened->state) != sound.digests) right = false;
  if (!right) return kWrong;
  return served ? kSame : kNotServed;
}

/// In a process of its own: RocksDB ends by an assertion on some kinds of damage. nullopt then.
std::optional<int> judge_apart(const SimulatedDisk& disk, const Served& sound) {
  pid_t child = fork();
  if (child == 0) {
    alarm(kSecondsEach);
    std::freopen("/dev/null", "w", stderr);
    _exit(judge(disk, sound));
  }
  int status = 0;
  REQUIRE(child > 0);
  REQUIRE(waitpid(child, &status, 0) == child);
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  REQUIRE(WTERMSIG(status) == SIGABRT);
  return std::nullopt;
}

/// How flips ended; those that ended RocksDB under 0.
struct Ends {
  std::map<int, int> counts;

  int found() const { return count(kRefused) + count(kNotServed) + count(0); }
  void tell() const {
    std::cout << "did: " << found() + count(kSame) << " flips: " << count(kRefused) << " refused, "
              << count(kNotServed) << " not served, " << count(0) << " ended by RocksDB, "
              << count(kSame) << " harmless\n";
  }

 private:
  int count(int end) const {
    auto at = counts.find(end);
    return at == counts.end() ? 0 : at->second;
  }
};

/// A ledger that was stopped at some time: with tables, snapshots and a log.
class Sound {
 public:
  explicit Sound(std::uint64_t seed) {
    Troubles none = {.faults = false, .crashes = false, .clock = true, .restarts = false};
    SimulatedLedger ledger(seed, none);
    for (int round = 0; round < 3; ++round) {
      for (int i = 0; i < 25; ++i) ledger.run_group(1 + i % 3);
      ledger.save_snapshot();
      for (int i = 0; i < 10; ++i) ledger.run_group(1);
      if (round < 2) ledger.restart();
    }
    std::mt19937_64 random(seed);
    disk_ = ledger.files().after(Crash::process, random);
    auto opened = OpenedLedger::open(std::make_shared<SimulatedFiles>(disk_));
    REQUIRE(opened);
    served_ = all_of(*opened);
    opened->close();
    for (const auto& [path, file] : disk_.names()) {
      if (!file->bytes.empty()) paths_.push_back(path);
    }
  }

  const std::vector<std::string>& paths() const { return paths_; }
  std::size_t size_of(const std::string& path) const { return disk_.find(path)->bytes.size(); }

  void flip(const std::string& path, std::size_t at, int bit, Ends& ends) {
    std::string& bytes = disk_.find(path)->bytes;
    const char right = bytes[at];
    bytes[at] = static_cast<char>(bytes[at] ^ 1 << bit);
    INFO("bit " << bit << " of byte " << at << " of " << path);
    std::optional<int> judged = judge_apart(disk_, served_);
    bytes[at] = right;
    if (judged) REQUIRE((judged == kSame || judged == kRefused || judged == kNotServed));
    ++ends.counts[judged.value_or(0)];
  }

 private:
  SimulatedDisk disk_;
  Served served_;
  std::vector<std::string> paths_;
};

}  // namespace

TEST_CASE("a bit that flips in any block of any file is found, or harmless",
          "[bit-flips][random][torture][no-tsan]") {
  Ends ends;
  for_seeds(1, [&](std::uint64_t seed) {
    Sound sound(seed);
    std::mt19937_64 random(seed);
    for (const std::string& path : sound.paths()) {
      for (std::size_t begin = 0; begin < sound.size_of(path); begin += kBlock) {
        std::size_t length = std::min(kBlock, sound.size_of(path) - begin);
        sound.flip(path, begin + random() % length, static_cast<int>(random() % 8), ends);
      }
    }
  });
  CHECK(ends.found() > 0);
  ends.tell();
}

TEST_CASE("bits that flip anywhere are found, or harmless",
          "[bit-flips][random][torture][no-tsan]") {
  Ends ends;
  for_seeds(1, [&](std::uint64_t seed) {
    Sound sound(seed);
    std::mt19937_64 random(seed + 1);
    for (int i = 0; i < (is_torture() ? 500 : 60); ++i) {
      // Each file as often: the small ones say what the large ones are.
      const std::string& path = sound.paths()[random() % sound.paths().size()];
      sound.flip(path, random() % sound.size_of(path), static_cast<int>(random() % 8), ends);
    }
  });
  CHECK(ends.found() > 0);
  ends.tell();
}

TEST_CASE("every bit of the small files that name the others is found, or harmless",
          "[bit-flips][torture][no-tsan]") {
  Ends ends;
  Sound sound(1);
  for (const std::string& path : sound.paths()) {
    std::string name = file_name_of(path);
    if (name != "CURRENT" && !name.starts_with("MANIFEST")) continue;
    std::size_t step = is_torture() ? 1 : 53;
    for (std::size_t bit = 0; bit < sound.size_of(path) * 8; bit += step) {
      sound.flip(path, bit / 8, static_cast<int>(bit % 8), ends);
    }
  }
  CHECK(ends.found() > 0);
  ends.tell();
}

}  // namespace jobledger::tests
