#include "projections/snapshots.h"

#include <vector>

#include "ledger/hash.h"
#include "ledger/keys.h"
#include "projections/checked_chunks.h"
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

}  // namespace

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
  of_another_format_ = false;
  std::vector<std::string> heads;
  Status scanned = store_.scan_snapshot_keys([&](std::string_view key) {
    if (key.size() == 9 && key.front() == 'h') heads.emplace_back(key);
  });
  if (!scanned) {
    report(scanned.error().message);
    return std::nullopt;
  }
  if (heads.empty()) return std::nullopt;
  // Only the newest: an older one is never better than a doubt about the newer.
  const std::string& key = heads.back();
  std::uint64_t version = version_of(key);
  HeadRow head = read_head(store_.snapshot_row(key).value_or(""));
  std::string doubt = head.doubt;
  if (doubt.empty() && head.version != version) doubt = "its head is that of another";
  if (doubt.empty() && head.last_entry_hash != last_entry_hash(store_, version)) {
    doubt = "the log has another entry at its end";
  }
  auto projections = state.projections();
  if (doubt.empty() && head.parts.size() != projections.size()) {
    doubt = "it has other projections";
    of_another_format_ = true;
  }
  for (std::size_t i = 0; doubt.empty() && i < projections.size(); ++i) {
    const HeadRow::Part& part = head.parts[i];
    if (part.name != projections[i]->name() || part.format != projections[i]->format()) {
      doubt = "its format of " + std::string(projections[i]->name()) + " is another";
      of_another_format_ = true;
      break;
    }
    CheckedSource source(store_, version, part);
    Status loaded = projections[i]->load(version, source);
    if (!loaded || !source.good()) doubt = loaded ? "a chunk is damaged" : loaded.error().message;
    for (const auto& [name, sum] : source.settled()) settled_.emplace(name, sum);
  }
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
