#include "projections/cancellation_index.h"

namespace jobledger::projections {

using ledger::CommandKind;
using ledger::Entry;
using ledger::EventKind;

namespace {

bool is_cancel_or_undo(CommandKind kind) {
  return kind == CommandKind::cancel_job || kind == CommandKind::cancel_jobs ||
         kind == CommandKind::cancel_batch || kind == CommandKind::undo_cancel;
}

template <typename Pairs>
void save_pairs(const Pairs& pairs, Packer& out) {
  out.number(pairs.size());
  for (const auto& [a, b] : pairs) {
    out.number(a);
    out.number(b);
  }
}

/// False if one names an entry from `version` on.
template <typename Pairs>
bool load_pairs(Pairs& pairs, Unpacker& in, std::uint64_t version) {
  for (std::uint64_t left = in.number(); left > 0 && in.ok(); --left) {
    std::uint64_t a = in.number();
    std::uint64_t b = in.number();
    if (a >= version || b >= version) return false;
    pairs.emplace(a, b);
  }
  return in.ok();
}

}  // namespace

void CancellationIndex::fold(const Entry& entry, std::size_t first, std::size_t last) {
  const ledger::CommandRecord& command = entry.command;
  if (first == 0) {
    if (is_cancel_or_undo(command.kind)) add(entry);
    if (entry.accepted() && command.entry) {
      if (command.kind == CommandKind::undo_cancel) {
        note_undo(*command.entry, entry.index);
      } else {
        carried_out_.emplace(*command.entry, entry.index);
      }
    }
  }
  for (std::size_t place = first; place < last && !all_.contains(entry.index); ++place) {
    EventKind kind = entry.events[place].kind;
    if (kind == EventKind::job_cancelled || kind == EventKind::stop_requested) add(entry);
  }
}

void CancellationIndex::add(const Entry& entry) {
  all_.add(entry.index);
  if (entry.accepted()) accepted_.add(entry.index);
  words_.add(entry.envelope.reason, entry.index);
}

void CancellationIndex::note_undo(std::uint64_t undone, std::uint64_t by) {
  auto note = [&](std::uint64_t entry) {
    undone_.add(entry);
    undone_by_.emplace(entry, by);
  };
  note(undone);
  auto [begin, end] = carried_out_.equal_range(undone);
  for (auto it = begin; it != end; ++it) note(it->second);
}

void CancellationIndex::note_refused_undo(std::uint64_t undone, std::uint64_t by) {
  refused_undos_.emplace(undone, by);
}

void CancellationIndex::add_refused_undos(std::uint64_t undone, std::uint64_t version,
                                          std::vector<std::uint64_t>& to) const {
  auto [begin, end] = refused_undos_.equal_range(undone);
  for (auto it = begin; it != end && it->second < version; ++it) to.push_back(it->second);
}

std::optional<std::uint64_t> CancellationIndex::undone_by(std::uint64_t entry,
                                                          std::uint64_t version) const {
  auto it = undone_by_.find(entry);
  if (it == undone_by_.end() || it->second >= version) return std::nullopt;
  return it->second;
}

void CancellationIndex::save(Packer& out) const {
  for (const EntrySet* set : {&all_, &accepted_}) set->save(out);
  save_pairs(undone_by_, out);
  save_pairs(carried_out_, out);
  save_pairs(refused_undos_, out);
}

bool CancellationIndex::load(Unpacker& in, std::uint64_t version) {
  for (EntrySet* set : {&all_, &accepted_}) {
    if (!set->load(in, version)) return false;
  }
  if (!load_pairs(undone_by_, in, version) || !load_pairs(carried_out_, in, version) ||
      !load_pairs(refused_undos_, in, version)) {
    return false;
  }
  for (const auto& [entry, by] : undone_by_) undone_.add(entry);
  return in.ok();
}

}  // namespace jobledger::projections
