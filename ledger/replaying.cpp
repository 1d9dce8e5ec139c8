#include "ledger/replaying.h"

#include <string>

#include "ledger/hash.h"
#include "ledger/keys.h"

namespace jobledger::ledger {
namespace {

std::vector<Ulid> drawn_for(const Entry& entry) {
  std::vector<Ulid> drawn;
  for (const Event& event : entry.events) {
    if (event.kind == EventKind::job_submitted || event.kind == EventKind::batch_submitted ||
        event.kind == EventKind::token_created || event.kind == EventKind::key_rotated ||
        event.kind == EventKind::ledger_restored || event.kind == EventKind::ledger_cut ||
        event.kind == EventKind::webhook_created) {
      drawn.push_back(event.subject);
    }
    if (const auto* claim = event.as_if<ClaimDetail>()) drawn.push_back(claim->lease);
  }
  // A batch that failed had an id, which its offenders tell.
  if (entry.refusal && entry.refusal->code == RefusalCode::batch_failed) {
    for (const Offender& offender : entry.refusal->offenders) {
      if (auto id = Ulid::parse(offender.id); id && drawn.empty()) drawn.push_back(*id);
    }
  }
  return drawn;
}

}  // namespace

void ReplayingIds::begin(const Entry& entry) {
  salt_ = entry.salt;
  drawn_ = drawn_for(entry);
  next_ = 0;
}

Ulid ReplayingIds::next_ulid(TimeMs now) {
  std::size_t number = next_++;
  if (number < drawn_.size()) return drawn_[number];
  std::string_view salt(reinterpret_cast<const char*>(salt_.data()), salt_.size());
  std::string counter;
  keys::append_number(counter, number);
  Sha256 random = sha256({salt, "replayed id", counter});
  std::string_view bytes = bytes_of(random);
  std::uint64_t time = static_cast<std::uint64_t>(now) << 16;
  return {time | (keys::read_number(bytes) & 0xffff), keys::read_number(bytes.substr(8))};
}

}  // namespace jobledger::ledger
