#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <latch>
#include <semaphore>
#include <set>
#include <thread>

#include "daemon/writer_thread.h"
#include "tests/daemon/http/http_fixture.h"
#include "tests/support/ledger_fixture.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tight_files.h"
#include "tests/support/torture.h"

namespace jobledger::daemon {
namespace {

using ledger::Receipt;
using tests::LedgerFixture;
using Caller = WriterThread::Caller;
using Intake = WriterThread::Intake;

/// A writer thread of a ledger of its own, and what it told its hooks.
class Running {
 public:
  explicit Running(LedgerFixture& ledger)
      : ledger_(ledger),
        thread_(ledger.writer(), ledger.store(), {},
                {[](auto done) {
                   for (const auto& call : done) call();
                 },
                 [this](const std::vector<Receipt>& receipts) { note(receipts); },
                 [this](const std::string&) { ++failures; }}) {}

  bool submit(const std::string& line, Completion completion, Caller caller) {
    return thread_.submit(ledger_.ask(line), std::move(completion), caller) == Intake::open;
  }
  WriterThread& thread() { return thread_; }

  std::vector<std::uint64_t> appended;  ///< the indexes of entries, in the order they were told
  std::atomic<int> failures = 0;

 private:
  void note(const std::vector<Receipt>& receipts) {
    for (const Receipt& receipt : receipts) appended.push_back(receipt.version - 1);
  }

  LedgerFixture& ledger_;
  WriterThread thread_;
};

}  // namespace

TEST_CASE("a command that comes alone is carried out on a thread that may be kept") {
  LedgerFixture ledger;
  Running running(ledger);
  for (std::uint64_t version = 1; version <= 3; ++version) {
    std::thread::id called_on;
    REQUIRE(running.submit(
        "claim",
        [&](Outcome outcome) {
          called_on = std::this_thread::get_id();
          CHECK(std::get<Receipt>(outcome).version == 0);  // nothing to be claimed, no entry
        },
        Caller::may_be_kept));
    CHECK(called_on == std::this_thread::get_id());
  }
  std::promise<std::thread::id> called_on;
  REQUIRE(running.submit(
      "claim", [&](Outcome) { called_on.set_value(std::this_thread::get_id()); }, Caller::goes_on));
  CHECK(called_on.get_future().get() != std::this_thread::get_id());
}

TEST_CASE("commands of many threads are all carried out, whoever may be kept, in one order") {
  constexpr int kThreads = 8;
  constexpr int kEach = 300;
  LedgerFixture ledger;
  Running running(ledger);
  std::atomic<int> done = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        // Some wait for each outcome, so that commands come alone now and then.
        std::promise<void> told;
        std::string name = "j" + std::to_string(t) + "x" + std::to_string(i);
        Caller caller = t % 2 == 0 ? Caller::may_be_kept : Caller::goes_on;
        REQUIRE(running.submit(
            "submit " + name,
            [&](Outcome outcome) {
              CHECK(std::get<Receipt>(outcome).recorded);
              ++done;
              told.set_value();
            },
            caller));
        told.get_future().wait();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  running.thread().stop();
  CHECK(done == kThreads * kEach);
  REQUIRE(running.appended.size() == kThreads * kEach);
  for (std::size_t i = 0; i < running.appended.size(); ++i) REQUIRE(running.appended[i] == i);
  CHECK(running.failures == 0);
  CHECK_FALSE(running.submit(
      "claim", [](Outcome) {}, Caller::may_be_kept));
}

TEST_CASE("two commands are never decided at once, whoever is kept") {
  // A writer whose clock, which it asks for each command, notices if it is asked twice at once.
  struct WatchedClock final : ledger::Clock {
    ledger::TimeMs now() override {
      if (asked++ > 0) at_once = true;
      for (int i = 0; i < 200; ++i) asm volatile("");  // long enough to be met
      --asked;
      return tests::kNewYear;
    }
    std::atomic<int> asked = 0;
    std::atomic<bool> at_once = false;
  } clock;
  LedgerFixture ledger;
  tests::CountingIds ids;
  ledger::Writer writer(ledger.store(), ledger.state(), {}, 0, clock, ids);
  auto deliver = [](auto done) {
    for (const auto& call : done) call();
  };
  WriterThread thread(writer, ledger.store(), {},
                      {deliver, [](const auto&) {}, [](const auto&) {}});
  // Few threads, and commands that write nothing: most come alone, one right after the other.
  const ledger::Submission claim = ledger.ask("claim");
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200'000 && !clock.at_once; ++i) {
        std::atomic<bool> told = false;
        thread.submit(
            claim, [&](Outcome) { told = true; }, Caller::may_be_kept);
        while (!told) std::this_thread::yield();
      }
    });
  }
  for (std::thread& each : threads) each.join();
  CHECK_FALSE(clock.at_once);
}

TEST_CASE("a command that was accepted has its outcome when the threads have stopped") {
  LedgerFixture ledger;
  Running running(ledger);
  std::atomic<int> done = 0;
  int taken = 0;
  std::latch begun(1);
  std::thread client([&] {
    for (int i = 0; i < 5000; ++i) {
      if (i == 100) begun.count_down();
      Caller caller = i % 3 == 0 ? Caller::may_be_kept : Caller::goes_on;
      taken += running.submit(
          "submit j" + std::to_string(i), [&](Outcome) { ++done; }, caller);
    }
  });
  begun.wait();
  running.thread().stop();
  client.join();
  CHECK(done == taken);
  CHECK(taken >= 100);
}

namespace {

/// A writer thread whose log is held up after each group until it is let go, by a clock that stands
/// still until it is told otherwise.
class HeldUp {
 public:
  HeldUp(LedgerFixture& ledger, InWork::Limits limits)
      : ledger_(ledger),
        thread_(ledger.writer(), ledger.store(), {.in_work = limits},
                {[](auto done) {
                   for (const auto& call : done) call();
                 },
                 [this](const auto&) {
                   ++held_;
                   let_go_.acquire();
                 },
                 [](const std::string&) {}, [](const std::string&) {}, [](const auto&) {},
                 [this] { return InWork::TimePoint(now_.load()); }}) {}
  ~HeldUp() { let_go_.release(1000); }

  Intake submit(const std::string& line) {
    return thread_.submit(ledger_.ask(line), [this](Outcome) { ++done_; });
  }
  void pass(std::chrono::milliseconds time) { now_ = now_.load() + time; }
  void let_go() { let_go_.release(); }
  /// Whether it comes to this many groups that were held up.
  bool holds(int groups) {
    return http::eventually([&] { return held_ == groups; });
  }
  bool comes_to(int done) {
    return http::eventually([&] { return done_ == done; });
  }
  WriterThread& thread() { return thread_; }

 private:
  LedgerFixture& ledger_;
  std::atomic<InWork::TimePoint::duration> now_{std::chrono::hours(1)};
  std::atomic<int> held_ = 0;
  std::atomic<int> done_ = 0;
  std::counting_semaphore<> let_go_{0};
  WriterThread thread_;
};

}  // namespace

TEST_CASE("no command is taken while the oldest in work has waited for too long") {
  using std::chrono::milliseconds;
  LedgerFixture ledger;
  HeldUp held(ledger, {4096, 1 << 20, milliseconds(100)});
  REQUIRE(held.submit("submit a") == Intake::open);
  REQUIRE(held.holds(1));
  held.pass(milliseconds(60));
  REQUIRE(held.submit("submit b") == Intake::open);  // decided, or waiting to be
  held.pass(milliseconds(41));
  CHECK(held.thread().intake() == Intake::full);
  CHECK(held.submit("submit c") == Intake::full);
  held.let_go();
  REQUIRE(held.comes_to(1));
  // An answer is given before the command that it is of is out of work.
  auto is_open = [&] { return held.thread().intake() == Intake::open; };
  REQUIRE(http::eventually(is_open));
  held.pass(milliseconds(60));
  CHECK(held.submit("submit c") == Intake::full);  // b has waited for longer by now
  held.let_go();
  REQUIRE(held.comes_to(2));
  held.pass(milliseconds(1'000'000));
  REQUIRE(http::eventually(is_open));  // nobody waits
  CHECK(held.submit("submit c") == Intake::open);
  held.let_go();
  REQUIRE(held.comes_to(3));
  CHECK(ledger.state().version() == 3);
}

TEST_CASE("no more commands are in work than may be, wherever they are") {
  LedgerFixture ledger;
  HeldUp held(ledger, {3, 1 << 20, std::chrono::hours(1)});
  CHECK(held.submit("submit a") == Intake::open);
  CHECK(held.submit("submit b") == Intake::open);
  CHECK(held.submit("submit c") == Intake::open);
  CHECK(held.submit("submit d") == Intake::full);
  held.let_go();
  REQUIRE(http::eventually([&] { return held.thread().intake() == Intake::open; }));
  held.let_go();
  held.let_go();
  REQUIRE(held.comes_to(3));
  held.thread().stop();
  CHECK(held.thread().intake() == Intake::closed);
  CHECK(held.submit("submit d") == Intake::closed);
}

TEST_CASE("a command is in work until it is answered, or nobody is left to answer it") {
  LedgerFixture ledger;
  std::vector<std::function<void()>> answers;
  std::atomic<int> delivered = 0;
  WriterThread thread(ledger.writer(), ledger.store(),
                      {.in_work = {1, 1 << 20, std::chrono::hours(1)}},
                      {[&](auto done) {
                         answers = std::move(done);
                         ++delivered;
                       },
                       [](const auto&) {}, [](const auto&) {}});
  auto is_delivered = [&](int times) {
    return http::eventually([&] { return delivered == times; });
  };
  REQUIRE(thread.submit(ledger.ask("submit a"), [](Outcome) {}) == Intake::open);
  REQUIRE(is_delivered(1));
  CHECK(ledger.state().version() == 1);
  CHECK(thread.intake() == Intake::full);
  answers.front()();
  CHECK(thread.intake() == Intake::open);
  REQUIRE(thread.submit(ledger.ask("submit b"), [](Outcome) {}) == Intake::open);
  REQUIRE(is_delivered(2));
  CHECK(thread.intake() == Intake::full);
  answers.clear();
  CHECK(thread.intake() == Intake::open);
}

TEST_CASE("when the log fails the outcome is unknown, also to who was kept, and nothing follows") {
  tests::TempDir dir;
  REQUIRE(ledger::Store::open(dir.path(), {}));
  ledger::StoreOptions read_only;
  read_only.read_only = true;
  auto store = std::move(*ledger::Store::open(dir.path(), read_only));  // its writes fail
  LedgerFixture ledger(*store, {});
  Running running(ledger);
  std::string why;
  REQUIRE(running.submit(
      "submit a", [&](Outcome outcome) { why = std::get<OutcomeUnknown>(outcome).message; },
      Caller::may_be_kept));
  CHECK_THAT(why, Catch::Contains("whether it is on disk is unknown"));
  CHECK(running.failures == 1);
  CHECK(running.appended.empty());
  CHECK_FALSE(running.submit(
      "submit b", [](Outcome) {}, Caller::may_be_kept));
  CHECK_FALSE(running.submit(
      "submit b", [](Outcome) {}, Caller::goes_on));
  CHECK(running.thread().intake() == Intake::closed);
}

namespace {

/// What clients of a ledger on a disk that fills and empties were told of their jobs, by name.
struct Told {
  std::mutex mutex;
  std::set<std::string> created;
  std::set<std::string> unsure;
  std::set<std::string> refused;

  void tell(const std::string& name, const Outcome& outcome) {
    std::lock_guard lock(mutex);
    if (std::holds_alternative<Receipt>(outcome)) created.insert(name);
    if (std::holds_alternative<OutcomeUnknown>(outcome)) unsure.insert(name);
    if (std::holds_alternative<DiskFull>(outcome)) refused.insert(name);
  }
};

/// Submits jobs one after the other until told to end.
void submit_jobs(Running& running, Told& told, const std::string& prefix, Caller caller,
                 const std::atomic<bool>& end) {
  for (int i = 0; !end; ++i) {
    const std::string name = prefix + std::to_string(i);
    auto outcome = std::make_shared<std::promise<void>>();
    auto done = [&told, name, outcome](const Outcome& what) {
      told.tell(name, what);
      outcome->set_value();
    };
    if (running.submit("submit " + name, done, caller)) {
      outcome->get_future().wait();
    } else {
      told.tell(name, DiskFull{});
      std::this_thread::yield();
    }
  }
}

std::set<std::string> names_in(LedgerFixture& ledger, std::uint64_t entries) {
  std::set<std::string> names;
  for (std::uint64_t index = 0; index < entries; ++index) {
    const ledger::Entry entry = ledger.entry(index);
    auto payload = ledger.store().payload(entry.events.at(0).subject);
    REQUIRE(payload);
    const std::size_t begin = payload->find('j');
    CHECK(names.insert(payload->substr(begin)).second);
  }
  return names;
}

}  // namespace

TEST_CASE("commands of many threads over a disk that is full now and then are there or refused",
          "[torture]") {
  tests::for_seeds(3, [](std::uint64_t seed) {
    std::mt19937_64 random(seed);
    tests::TempDir dir;
    auto files = std::make_shared<tests::TightFiles>();
    ledger::StoreOptions options;
    options.files = files;
    auto store = ledger::Store::open(dir.path(), options);
    REQUIRE(store);
    LedgerFixture ledger(**store, {});
    Running running(ledger);
    Told told;
    std::atomic<bool> end = false;
    std::vector<std::thread> threads;
    for (int t = 0; t < 6; ++t) {
      const Caller caller = t % 2 == 0 ? Caller::may_be_kept : Caller::goes_on;
      threads.emplace_back([&, t, caller] {
        submit_jobs(running, told, "j" + std::to_string(t) + "x", caller, end);
      });
    }
    for (int cycle = 0; cycle < 3; ++cycle) {
      const std::uint64_t before = ledger.state().version();
      CHECK(http::eventually([&] { return ledger.state().version() > before + random() % 100; }));
      files->fails = random() % 2 == 0 ? tests::Fails::half_way : tests::Fails::at_the_end;
      CHECK(http::eventually([&] { return running.thread().intake() == Intake::disk_full; }));
      files->fails = tests::Fails::nothing;
      CHECK(http::eventually([&] { return running.thread().intake() != Intake::disk_full; }));
    }
    end = true;
    for (std::thread& thread : threads) thread.join();
    running.thread().stop();
    CHECK(running.failures == 0);
    std::set<std::string> expected = told.created;
    expected.insert(told.unsure.begin(), told.unsure.end());
    CHECK(expected.size() == told.created.size() + told.unsure.size());
    CHECK(!told.unsure.empty());
    CHECK(names_in(ledger, ledger.state().version()) == expected);
    for (std::size_t i = 0; i < running.appended.size(); ++i) REQUIRE(running.appended[i] == i);
    CHECK(running.appended.size() == expected.size());
  });
}

}  // namespace jobledger::daemon
