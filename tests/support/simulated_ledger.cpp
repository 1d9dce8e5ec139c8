#include "tests/support/simulated_ledger.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "ledger/codec.h"
#include "ledger/hash_tree.h"
#include "projections/log_reader.h"
#include "projections/undoable.h"
#include "tests/support/differences.h"

namespace jobledger::tests {
namespace {

constexpr ledger::TimeMs kHour = 60 * 60 * 1000;
constexpr ledger::TimeMs kDay = 24 * kHour;
constexpr ledger::TimeMs kTenYears = 3652 * kDay;

HistoryShape small() {
  HistoryShape shape;
  shape.max_depth = 3;
  shape.max_width = 3;
  shape.max_batch = 3;
  return shape;
}

/// Whether it names a version that is lost: a client that asks for it again gets a 400.
bool is_of_lost_version(const ledger::Command& command, std::uint64_t version) {
  const auto* jobs = std::get_if<ledger::CancelJobs>(&command);
  const auto* batch = std::get_if<ledger::CancelBatch>(&command);
  return (jobs && jobs->options.plan > version) || (batch && batch->options.plan > version);
}

}  // namespace

SimulatedLedger::SimulatedLedger(std::uint64_t seed, Troubles troubles)
    : random_(seed, small()),
      troubles_(troubles),
      dice_(seed * 2 + 1),
      model_(random_.rules()),
      crash_dice_(seed * 2 + 2) {
  start(new_ledger_disk());
}

SimulatedLedger::~SimulatedLedger() {
  prepared_.clear();
  writer_.reset();
  if (opened_.files) opened_.files->watch(nullptr);
  opened_.close();
}

const Told& SimulatedLedger::told() {
  told_.acknowledged = acknowledged_;
  return told_;
}

void SimulatedLedger::step() {
  move_clock();
  arm();
  std::uint32_t draw = below(14);
  if (draw == 0) {
    save_snapshot();
  } else if (draw == 1) {
    query();
  } else {
    run_group(1 + below(4));
  }
  if (!goes_on() || (troubles_.restarts && one_in(20))) restart();
}

void SimulatedLedger::move_clock() {
  if (frozen_ && !one_in(6)) return;
  frozen_ = false;
  switch (troubles_.clock ? below(40) : 40) {
    case 0:
      return clock_.advance(kHour);
    case 1:
      return clock_.advance(kDay);
    case 2:
      return clock_.advance(-kHour);
    case 3:
      return clock_.advance(-kDay);
    case 4:
      return clock_.advance(-kTenYears);
    case 5:
      return clock_.set(last_time_ + below(20));  // somebody set it right
    case 6:
      frozen_ = true;
      return;
    default:
      return clock_.advance(random_.next_pause());
  }
}

Fault SimulatedLedger::some_fault(std::uint32_t within) {
  constexpr DiskOperation kOperations[] = {DiskOperation::write,         DiskOperation::write,
                                           DiskOperation::sync,          DiskOperation::sync,
                                           DiskOperation::create,        DiskOperation::rename,
                                           DiskOperation::sync_directory};
  Fault fault;
  fault.operation = kOperations[below(std::size(kOperations))];
  fault.after = below(within);
  fault.status = one_in(2) ? no_space() : io_error();
  fault.lasts = one_in(2);
  fault.percent = below(101);
  return fault;
}

void SimulatedLedger::arm() {
  if (troubles_.faults && one_in(12)) opened_.files->add(some_fault(4));
  if (troubles_.crashes && one_in(12)) arm_crash(10);
}

void SimulatedLedger::arm_crash(std::uint32_t within) {
  std::lock_guard lock(capture_mutex_);
  crash_after_ = 1 + below(within);
}

bool SimulatedLedger::captured() const {
  std::lock_guard lock(capture_mutex_);
  return captured_.has_value();
}

void SimulatedLedger::run_group(std::uint32_t commands) {
  ledger::PreparedGroup group(*opened_.store);
  fill(group, commands);
  if (!goes_on()) return;
  close(std::move(group));
  // Sometimes the next one is decided on what is not durable yet.
  if (!one_in(4)) append_all();
}

void SimulatedLedger::fill(ledger::PreparedGroup& group, std::uint32_t commands) {
  for (std::uint32_t i = 0; i < commands; ++i) {
    ledger::Submission next = random_.next(model_);
    if (is_of_lost_version(next.command, model_.version())) continue;
    if (auto* undo = std::get_if<ledger::UndoCancel>(&next.command)) {
      // What it undoes is looked up in the log, so what is before it goes there first.
      close(std::exchange(group, ledger::PreparedGroup(*opened_.store)));
      if (!append_all()) return;
      projections::LogReader log(*opened_.store);
      *undo = projections::undo_of(*opened_.state, log, next.envelope.actor.team, undo->entry,
                                   opened_.state->version());
    }
    decide(std::move(next), group);
  }
}

void SimulatedLedger::decide(ledger::Submission submission, ledger::PreparedGroup& group) {
  last_time_ = std::max(last_time_, clock_.now());
  std::vector<ledger::Submission> asked = {submission};
  writer_->extend(group, asked);
  const ledger::Receipt& receipt = group.receipts.back();
  Made made = made_by(receipt);
  Outcome got = outcome_of(receipt);
  Outcome expected = model_.apply(submission, made, last_time_);
  require(got == expected, std::string(name_of(kind_of(submission.command))) + "\n  got      " +
                               to_text(got) + "\n  expected " + to_text(expected));
  random_.took(submission, made);
  if (submission.envelope.idempotency) unanswered_.push_back(submission);
  if (!receipt.entry) return;
  require(receipt.entry->index == told_.entries.size(), "the indexes of entries are not dense");
  require(receipt.entry->time == last_time_, "an entry has another time than it was made at");
  told_.entries.push_back(ledger::encode(*receipt.entry));
  done_.push_back({std::move(submission), std::move(made), last_time_});
}

void SimulatedLedger::close(ledger::PreparedGroup group) {
  writer_->close(group);
  told_.group_ends.insert(group.version);
  prepared_.push_back(std::move(group));
}

bool SimulatedLedger::append_all() {
  for (; !prepared_.empty() && goes_on(); prepared_.pop_front()) {
    const std::uint64_t before = opened_.state->version();
    ledger::Status appended = writer_->append(prepared_.front());
    if (captured()) return false;  // whoever asked was not told
    if (appended) {
      acknowledged_ = prepared_.front().version;
      require(opened_.state->version() == acknowledged_, "another version is published");
      continue;
    }
    require(opened_.files->failed() > 0, "a write failed alone: " + appended.error().message);
    require(opened_.state->version() == before, "a group is published that is not written");
    ledger::StoreBatch more(*opened_.store);
    more.put_entry(1'000'000, "x");
    require(!opened_.store->write(more), "a store that failed takes more");
    failed_ = true;
  }
  if (goes_on()) unanswered_.clear();
  return goes_on();
}

void SimulatedLedger::save_snapshot() {
  projections::SaveHooks hooks;
  hooks.durable = [this](std::uint64_t version) {
    return append_all() && opened_.state->version() >= version;
  };
  auto saved = opened_.snapshots->save(*opened_.state, hooks);
  require(saved || opened_.files->failed() > 0 || !goes_on(),
          "a snapshot failed alone: " + (saved ? "" : saved.error().message));
}

void SimulatedLedger::query() {
  if (!append_all()) return;
  if (troubles_.faults && one_in(2)) {
    Fault fault = {DiskOperation::read, below(3), io_error(), one_in(2)};
    opened_.files->add(fault);
  }
  std::string differences;
  try {
    differences = record_differences(model_, *opened_.state, *opened_.store);
  } catch (const projections::StorageError& error) {
    require(opened_.files->failed() > 0, error.what());
  }
  opened_.files->clear_faults();
  auto versions = static_cast<std::uint32_t>(opened_.state->version()) + 1;
  differences += moment_differences(model_, *opened_.state, below(versions));
  require(differences.empty(), "a query says what is not so: " + differences);
}

SimulatedDisk SimulatedLedger::fallen_disk() {
  std::lock_guard lock(capture_mutex_);
  crash_after_ = 0;
  if (captured_) {
    acknowledged_ = captured_acknowledged_;
    return *std::exchange(captured_, std::nullopt);
  }
  return opened_.files->after(kCrashes[below(std::size(kCrashes))], dice_);
}

void SimulatedLedger::restart() {
  std::vector<ledger::Submission> unanswered = std::exchange(unanswered_, {});
  SimulatedDisk disk = fallen_disk();
  prepared_.clear();
  writer_.reset();
  opened_.files->watch(nullptr);
  opened_.close();
  start(std::move(disk));
  repeat(unanswered);
}

void SimulatedLedger::start(SimulatedDisk disk) {
  for (int i = 0; (troubles_.faults || troubles_.crashes) && i < 2 && one_in(3); ++i) {
    std::optional<SimulatedDisk> fallen = start_with_troubles(disk);
    if (!fallen) return;
    disk = std::move(*fallen);
  }
  auto files = std::make_shared<SimulatedFiles>(std::move(disk));
  if (troubles_.watcher) {
    files->watch(
        [&](DiskOperation, const std::string&) { troubles_.watcher(*files, acknowledged_); });
  }
  auto opened = OpenedLedger::open(files);
  require(opened.has_value(), "no start: " + (opened ? "" : opened.error().message));
  adopt(std::move(*opened));
}

/// nullopt if the ledger has started; else the disk that the next start finds.
std::optional<SimulatedDisk> SimulatedLedger::start_with_troubles(const SimulatedDisk& disk) {
  auto files = std::make_shared<SimulatedFiles>(disk);
  const Crash crash = kCrashes[below(std::size(kCrashes))];
  std::optional<SimulatedDisk> fallen;
  std::uint64_t left = 1 + below(40);
  if (troubles_.crashes && one_in(2)) {
    files->watch([&](DiskOperation, const std::string&) {
      if (left > 0 && --left == 0) fallen = files->after(crash, crash_dice_);
    });
  } else if (troubles_.faults && one_in(2)) {
    files->add({DiskOperation::read, below(60), io_error(), one_in(2)});
  } else if (troubles_.faults) {
    files->add(some_fault(20));
  }
  auto opened = OpenedLedger::open(files);
  files->watch(nullptr);
  if (fallen) return fallen;
  require(opened || files->failed() > 0, "no start: " + (opened ? "" : opened.error().message));
  if (!opened) return files->after(crash, dice_);
  files->clear_faults();
  if (files->failed() == 0) {
    adopt(std::move(*opened));
    return std::nullopt;
  }
  opened->check(told(), Check::state);
  return files->after(crash, dice_);
}

void SimulatedLedger::adopt(OpenedLedger opened) {
  opened_ = std::move(opened);
  const std::uint64_t count = opened_.check(told(), one_in(3) ? Check::all : Check::state);
  forget_from(count);
  auto tree = ledger::HashTree::load(*opened_.store, count);
  require(tree.has_value(), "the hash tree does not load");
  require(graph_differences(model_, *opened_.state).empty(),
          "after a start: " + graph_differences(model_, *opened_.state));
  writer_ = std::make_unique<ledger::Writer>(*opened_.store, *opened_.state, std::move(*tree),
                                             last_time_, clock_, ids_);
  writer_->set_rules(random_.rules());
  failed_ = false;
  // A group that made no entry is published at a version that was durable before.
  opened_.state->on_publish([this, durable = count](std::uint64_t version) mutable {
    require(version == durable || opened_.files->has_synced_logs(),
            "a version is published that is not durable");
    durable = version;
  });
  opened_.files->watch([this](DiskOperation, const std::string&) {
    if (troubles_.watcher) troubles_.watcher(*opened_.files, acknowledged_);
    std::lock_guard lock(capture_mutex_);
    if (crash_after_ == 0 || --crash_after_ > 0) return;
    captured_acknowledged_ = acknowledged_;
    captured_ = opened_.files->after(kCrashes[crash_dice_() % std::size(kCrashes)], crash_dice_);
  });
}

void SimulatedLedger::forget_from(std::uint64_t version) {
  acknowledged_ = version;
  told_.group_ends.erase(told_.group_ends.upper_bound(version), told_.group_ends.end());
  last_time_ = 0;
  if (version < told_.entries.size()) {
    told_.entries.resize(version);
    done_.erase(done_.begin() + static_cast<std::ptrdiff_t>(version), done_.end());
    model_ = Model(random_.rules());
    for (const Done& done : done_) model_.apply(done.submission, done.made, done.now);
  }
  if (!done_.empty()) last_time_ = done_.back().now;
}

void SimulatedLedger::repeat(const std::vector<ledger::Submission>& unanswered) {
  for (ledger::Submission again : unanswered) {
    if (is_of_lost_version(again.command, model_.version())) continue;
    if (auto* undo = std::get_if<ledger::UndoCancel>(&again.command)) {
      projections::LogReader log(*opened_.store);
      *undo = projections::undo_of(*opened_.state, log, again.envelope.actor.team, undo->entry,
                                   opened_.state->version());
    }
    ledger::PreparedGroup group(*opened_.store);
    decide(std::move(again), group);
    close(std::move(group));
    if (!append_all()) return;
  }
}

}  // namespace jobledger::tests
