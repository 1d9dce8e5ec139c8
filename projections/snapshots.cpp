#include "projections/snapshots.h"

#include <algorithm>
#include <array>
#include <exception>
#include <future>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include "ledger/hash.h"
#include "ledger/keys.h"
#include "projections/pack.h"

namespace jobledger::projections {

using ledger::Failure;
using ledger::Result;
using ledger::Status;

namespace {

constexpr std::size_t kHeadKeySize = 9;

/// Of a head, or the beginning of those of its chunks.
std::string key_of(char kind, std::uint64_t version) {
  std::string key(1, kind);
  ledger::keys::append_number(key, version);
  return key;
}

std::uint64_t version_of(std::string_view key) {
  return ledger::keys::read_number(key.substr(1));
}

std::string last_entry_hash(const ledger::Store& store, std::uint64_t version) {
  if (version == 0) return {};
  Result<std::string> bytes = store.entry(version - 1);
  return bytes ? std::string(ledger::bytes_of(ledger::sha256({*bytes}))) : std::string();
}

/// Calls `work` for each number below `count` and gives the first doubt; side by side, as far as
/// there are threads to be had.
std::string side_by_side(std::size_t count, const std::function<Status(std::size_t)>& work) {
  auto guarded = [&work](std::size_t i) -> std::string {
    try {
      Status done = work(i);
      return done ? "" : done.error().message;
    } catch (const std::exception& error) {  // a length that somebody made up is no reason to end
      return "a chunk cannot be read: " + std::string(error.what());
    }
  };
  std::vector<std::future<std::string>> doubts;
  for (std::size_t i = 0; i < count; ++i) {
    try {
      doubts.push_back(std::async(std::launch::async, guarded, i));
    } catch (const std::system_error&) {
      doubts.push_back(std::async(std::launch::deferred, guarded, i));
    }
  }
  std::string first;
  for (auto& doubt : doubts) {
    std::string next = doubt.get();
    if (first.empty()) first = std::move(next);
  }
  return first;
}

}  // namespace

Result<std::optional<HeadRow>> newest_head(const ledger::Store& store, State& state) {
  std::string newest;
  Status scanned = store.scan_snapshot_keys("h", [&](std::string_view key) {
    if (key.size() == kHeadKeySize) newest = key;
  });
  if (!scanned) return scanned.error();
  if (newest.empty()) return std::optional<HeadRow>();
  HeadRow head = read_head(store.snapshot_row(newest).value_or(""));
  std::uint64_t version = version_of(newest);
  if (head.doubt.empty() && head.version != version) head.doubt = "its head is that of another";
  head.version = version;
  if (head.doubt.empty() && head.last_entry_hash != last_entry_hash(store, version)) {
    head.doubt = "the log has another entry at its end";
  }
  if (head.doubt.empty() && !known_kinds().knows(head.kinds)) {
    head.doubt = "a later version of jobledger took it";
    head.of_another_format = true;
  }
  // The audit index keeps a set for each kind, one after the other: of fewer it would take the next
  // thing for one.
  if (head.doubt.empty() && head.kinds.commands != known_kinds().commands) {
    head.doubt = "it knows fewer kinds of commands";
    head.of_another_format = true;
  }
  auto projections = state.projections();
  if (head.doubt.empty() && head.parts.size() != projections.size()) {
    head.doubt = "it has other projections";
    head.of_another_format = true;
  }
  for (std::size_t i = 0; head.doubt.empty() && i < projections.size(); ++i) {
    const HeadRow::Part& part = head.parts[i];
    if (part.name == projections[i]->name() && part.format == projections[i]->format()) continue;
    head.doubt = "its format of " + std::string(projections[i]->name()) + " is another";
    head.of_another_format = true;
  }
  return std::optional(std::move(head));
}

Result<std::uint64_t> Snapshots::save(State& state, const SaveHooks& hooks) {
  store_.begin_snapshot();
  State::Capture capture = state.capture();
  Packer head;
  head.number(capture.version);
  StoringSink sink(store_, settled_, capture.version, hooks.go_on);
  auto projections = state.projections();
  head.small(static_cast<std::uint32_t>(projections.size()));
  for (std::size_t i = 0; i < projections.size(); ++i) {
    sink.begin(projections[i]->name());
    capture.saves[i](sink, state.locked());
    if (!sink.status()) return sink.status().error();
    capture.saves[i] = nullptr;  // with what it had copied
    head.text(projections[i]->name());
    head.small(projections[i]->format());
    head.text(sink.manifest());
  }
  if (!hooks.durable(capture.version)) return Failure{"the daemon stops before it is durable"};

  std::string last = last_entry_hash(store_, capture.version);
  if (last.empty() && capture.version > 0) return Failure{"the last entry cannot be read"};
  head.text(last);
  known_kinds().pack(head);
  std::string row = head.take();
  Status sealed = store_.seal_snapshot(key_of('h', capture.version), row + checksum(row));
  if (!sealed) return sealed.error();
  for (const auto& [key, sum] : sink.new_settled()) settled_.emplace(key, sum);
  Status erased = erase_but(capture.version, newest_);
  newest_ = capture.version;
  if (!erased) return erased.error();
  return capture.version;
}

std::optional<std::uint64_t> Snapshots::load(
    State& state, const std::function<void(const std::string&)>& report) {
  auto newest = newest_head(store_, state);
  if (!newest) {
    report(newest.error().message);
    return std::nullopt;
  }
  if (!*newest) return std::nullopt;
  const HeadRow& head = **newest;
  std::uint64_t version = head.version;
  std::string doubt = head.doubt;
  auto projections = state.projections();
  std::array<Manifest, std::tuple_size_v<decltype(projections)>> settled;
  if (doubt.empty()) {
    doubt = side_by_side(projections.size(), [&](std::size_t i) -> Status {
      CheckedSource source(store_, version, head.parts[i]);
      Status loaded = projections[i]->load(version, source);
      settled[i] = source.settled();
      if (loaded && !source.good()) return Failure{"a chunk is damaged"};
      return loaded;
    });
  }
  if (doubt.empty()) {
    doubt = side_by_side(projections.size(),
                         [&](std::size_t i) { return projections[i]->derive(version); });
  }
  if (!doubt.empty()) {
    report("the snapshot of version " + std::to_string(version) + " is not used: " + doubt);
    return std::nullopt;
  }
  for (const Manifest& chunks : settled) settled_.insert(chunks.begin(), chunks.end());
  newest_ = version;
  return version;
}

Status Snapshots::erase_but(std::uint64_t version, std::uint64_t previous) {
  const auto [low, high] = std::minmax(version, previous);
  for (char kind : {'f', 'h'}) {
    const std::pair<std::string, std::string> ranges[] = {
        {key_of(kind, 0), key_of(kind, low)},
        {key_of(kind, low + 1), key_of(kind, high)},
        {key_of(kind, high + 1), std::string(1, static_cast<char>(kind + 1))}};
    for (const auto& [first, last] : ranges) {
      if (first >= last) continue;
      if (Status erased = store_.erase_snapshot_rows(first, last); !erased) return erased;
    }
  }
  return ledger::ok();
}

Status Snapshots::erase_all() {
  settled_.clear();
  newest_ = 0;
  return store_.erase_snapshot_rows("f", "t");
}

std::map<std::string, std::string> digests(State& state) {
  std::map<std::string, std::string> digests;
  State::Capture capture = state.capture();
  auto projections = state.projections();
  for (std::size_t i = 0; i < projections.size(); ++i) {
    DigestSink sink;
    capture.saves[i](sink, state.locked());
    std::string name(projections[i]->name());
    digests[name] = sink.digest();
    DigestSink derived;
    state.read([&] { projections[i]->save_derived(derived); });
    digests[name + " (derived)"] = derived.digest();
  }
  return digests;
}

}  // namespace jobledger::projections
