#include "projections/checked_chunks.h"

#include <xxhash.h>

#include "ledger/entry.h"
#include "ledger/hash.h"
#include "ledger/keys.h"

namespace jobledger::projections {
namespace {

constexpr std::size_t kChecksumSize = 16;

std::string settled_key(std::string_view projection, std::string_view name) {
  return "s" + std::string(projection) + "/" + std::string(name);
}

std::string fresh_key(std::uint64_t version, std::string_view projection, std::string_view name) {
  std::string key = "f";
  ledger::keys::append_number(key, version);
  return key + std::string(projection) + "/" + std::string(name);
}

std::string pack(const Manifest& manifest) {
  Packer out;
  for (const auto& [name, sum] : manifest) {
    out.text(name);
    out.text(sum);
  }
  return out.take();
}

}  // namespace

std::string checksum(std::string_view bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  return {reinterpret_cast<const char*>(canonical.digest), kChecksumSize};
}

void StoringSink::begin(std::string_view projection) {
  projection_ = projection;
  manifest_.clear();
}

void StoringSink::settled(std::string_view name, const std::function<std::string()>& write) {
  if (!status_) return;
  std::string key = settled_key(projection_, name);
  auto known = known_.find(key);
  if (known != known_.end()) {
    manifest_.emplace_back(name, known->second);
    return;
  }
  std::string bytes = write();
  manifest_.emplace_back(name, checksum(bytes));
  put(key, bytes);
  new_.emplace(key, manifest_.back().second);
}

void StoringSink::fresh(std::string_view name, std::string bytes) {
  if (!status_) return;
  manifest_.emplace_back(name, checksum(bytes));
  put(fresh_key(version_, projection_, name), bytes);
}

void StoringSink::put(const std::string& key, std::string_view bytes) {
  status_ = store_.put_snapshot_row(key, bytes);
  if (status_ && !go_on_()) status_ = ledger::Failure{"it was given up"};
}

std::string StoringSink::manifest() const {
  return pack(manifest_);
}

void ComparingSink::fresh(std::string_view name, std::string bytes) {
  ++chunks_;
  if (other_.empty() && written_.read(name) != bytes) other_ = name;
}

void DigestSink::settled(std::string_view name, const std::function<std::string()>& write) {
  manifest_.emplace_back(name, checksum(write()));
}

void DigestSink::fresh(std::string_view name, std::string bytes) {
  manifest_.emplace_back(name, checksum(bytes));
}

std::string DigestSink::digest() const {
  return ledger::to_hex(ledger::bytes_of(ledger::sha256({pack(manifest_)})));
}

void KnownKinds::pack(Packer& out) const {
  for (std::uint32_t count : {commands, events, causes, refusals, rules}) out.small(count);
}

KnownKinds KnownKinds::unpack(Unpacker& in) {
  KnownKinds kinds;
  for (std::uint32_t* count :
       {&kinds.commands, &kinds.events, &kinds.causes, &kinds.refusals, &kinds.rules}) {
    *count = in.small();
  }
  return kinds;
}

bool KnownKinds::knows(const KnownKinds& others) const {
  return others.commands <= commands && others.events <= events && others.causes <= causes &&
         others.refusals <= refusals && others.rules <= rules;
}

KnownKinds known_kinds() {
  return {ledger::kCommandKinds, ledger::kEventKinds, ledger::kCauses, ledger::kRefusalCodes,
          ledger::kRulesVersion};
}

HeadRow read_head(std::string_view row) {
  HeadRow head;
  if (row.size() < kChecksumSize || checksum(row.substr(0, row.size() - kChecksumSize)) !=
                                        row.substr(row.size() - kChecksumSize)) {
    head.doubt = "its head is damaged";
    return head;
  }
  Unpacker in(row.substr(0, row.size() - kChecksumSize));
  head.version = in.number();
  for (std::uint32_t left = in.small(); left > 0 && in.ok(); --left) {
    HeadRow::Part& part = head.parts.emplace_back();
    part.name = in.text();
    part.format = in.small();
    std::string manifest = in.text();
    Unpacker chunks(manifest);
    while (chunks.ok() && !chunks.at_end()) {
      std::string name = chunks.text();
      part.manifest.emplace_back(std::move(name), chunks.text());
    }
  }
  head.last_entry_hash = in.text();
  if (in.ok() && !in.at_end()) head.kinds = KnownKinds::unpack(in);
  if (!in.ok() || !in.at_end()) head.doubt = "its head does not decode";
  return head;
}

CheckedSource::CheckedSource(const ledger::Store& store, std::uint64_t version,
                             const HeadRow::Part& part)
    : store_(store), version_(version), projection_(part.name) {
  for (const auto& [name, sum] : part.manifest) sums_.emplace(name, sum);
}

std::optional<std::string> CheckedSource::read(std::string_view name) const {
  auto sum = sums_.find(name);
  if (sum == sums_.end()) return std::nullopt;
  auto bytes = store_.snapshot_row(fresh_key(version_, projection_, name));
  if (!bytes) {
    std::string key = settled_key(projection_, name);
    bytes = store_.snapshot_row(key);
    if (bytes) settled_.emplace_back(key, sum->second);
  }
  if (bytes && checksum(*bytes) == sum->second) return bytes;
  good_ = false;
  return std::nullopt;
}

}  // namespace jobledger::projections
