#include "projections/snapshots.h"

#include <future>
#include <system_error>
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

std::string head_key(std::uint64_t version) {
  std::string key = "h";
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

struct LoadedPart {
  std::string doubt;
  Manifest settled;
};

LoadedPart load_part(const ledger::Store& store, ledger::Projection& projection,
                     std::uint64_t version, const HeadRow::Part& part) {
  CheckedSource source(store, version, part);
  std::string doubt;
  try {
    if (Status loaded = projection.load(version, source); !loaded) doubt = loaded.error().message;
    if (doubt.empty() && !source.good()) doubt = "a chunk is damaged";
  } catch (const std::exception& error) {  // a length that somebody made up is no reason to end
    doubt = "a chunk cannot be read: " + std::string(error.what());
  }
  return {std::move(doubt), source.settled()};
}

}  // namespace

Result<std::optional<HeadRow>> newest_head(const ledger::Store& store, State& state) {
  std::string newest;
  Status scanned = store.scan_snapshot_keys([&](std::string_view key) {
    if (key.size() == 9 && key.front() == 'h') newest = key;
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

Result<std::uint64_t> Snapshots::save(State& state,
                                      const std::function<bool(std::uint64_t)>& durable) {
  State::Capture capture = state.capture();
  Packer head;
  head.number(capture.version);
  StoringSink sink(store_, settled_, capture.version);
  auto projections = state.projections();
  head.small(static_cast<std::uint32_t>(projections.size()));
  for (std::size_t i = 0; i < projections.size(); ++i) {
    sink.begin(projections[i]->name());
    capture.saves[i](sink, state.locked());
    head.text(projections[i]->name());
    head.small(projections[i]->format());
    head.text(sink.manifest());
  }
  if (!sink.status()) return sink.status().error();
  if (!durable(capture.version)) return Failure{"the daemon stops before it is durable"};

  std::string last = last_entry_hash(store_, capture.version);
  if (last.empty() && capture.version > 0) return Failure{"the last entry cannot be read"};
  head.text(last);
  std::string row = head.take();
  Status sealed = store_.seal_snapshot(head_key(capture.version), row + checksum(row));
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
  auto take = [&](const LoadedPart& part) {
    if (doubt.empty()) doubt = part.doubt;
    settled_.insert(part.settled.begin(), part.settled.end());
  };
  std::vector<std::future<LoadedPart>> others;
  for (std::size_t i = 0; doubt.empty() && i < projections.size(); ++i) {
    auto load = [&, i] { return load_part(store_, *projections[i], version, head.parts[i]); };
    if (i < State::kLoadedInTurn) {
      take(load());
      continue;
    }
    try {
      others.push_back(std::async(std::launch::async, load));
    } catch (const std::system_error&) {  // as many threads as there may be
      take(load());
    }
  }
  for (auto& part : others) take(part.get());
  if (!doubt.empty()) {
    report("the snapshot of version " + std::to_string(version) + " is not used: " + doubt);
    settled_.clear();
    return std::nullopt;
  }
  newest_ = version;
  return version;
}

Status Snapshots::erase_but(std::uint64_t version, std::uint64_t previous) {
  std::vector<std::string> old;
  Status scanned = store_.scan_snapshot_keys([&](std::string_view key) {
    if (key.size() < 9 || (key.front() != 'h' && key.front() != 'f')) return;
    std::uint64_t of = version_of(key);
    if (of != version && of != previous) old.emplace_back(key);
  });
  if (!scanned) return scanned;
  for (const std::string& key : old) {
    Status erased = store_.erase_snapshot_row(key);
    if (!erased) return erased;
  }
  return ledger::ok();
}

Status Snapshots::erase_all() {
  std::vector<std::string> all;
  Status scanned = store_.scan_snapshot_keys([&](std::string_view key) { all.emplace_back(key); });
  if (!scanned) return scanned;
  for (const std::string& key : all) {
    Status erased = store_.erase_snapshot_row(key);
    if (!erased) return erased;
  }
  settled_.clear();
  return ledger::ok();
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
