#include "projections/cancellation_index.h"

#include "projections/words.h"

namespace jobledger::projections {

using ledger::CommandKind;
using ledger::Entry;
using ledger::EventKind;

namespace {

constexpr std::size_t kSlice = 256;  ///< words put together while the fold waits

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

template <typename Pairs>
void load_pairs(Pairs& pairs, Unpacker& in) {
  for (std::uint64_t left = in.number(); left > 0 && in.ok(); --left) {
    std::uint64_t a = in.number();
    pairs.emplace(a, in.number());
  }
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
  for (const std::string& word : words_of(entry.envelope.reason)) words_[word].add(entry.index);
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

std::optional<std::uint64_t> CancellationIndex::undone_by(std::uint64_t entry,
                                                          std::uint64_t version) const {
  auto it = undone_by_.find(entry);
  if (it == undone_by_.end() || it->second >= version) return std::nullopt;
  return it->second;
}

EntrySet CancellationIndex::with_word(std::string_view prefix,
                                      const ledger::Projection::Locked& locked) const {
  EntrySet entries;
  std::string next(prefix);
  for (bool more = true; more;) {
    locked([&] {
      auto it = words_.lower_bound(next);
      for (std::size_t i = 0; i < kSlice && it != words_.end() && it->first.starts_with(prefix);
           ++i, ++it) {
        entries.add_all(it->second);
      }
      more = it != words_.end() && it->first.starts_with(prefix);
      if (more) next = it->first;
    });
  }
  return entries;
}

void CancellationIndex::save(Packer& out) const {
  for (const EntrySet* set : {&all_, &accepted_}) set->save(out);
  out.number(words_.size());
  for (const auto& [word, set] : words_) {
    out.text(word);
    set.save(out);
  }
  save_pairs(undone_by_, out);
  save_pairs(carried_out_, out);
}

bool CancellationIndex::load(Unpacker& in) {
  for (EntrySet* set : {&all_, &accepted_}) {
    if (!set->load(in)) return false;
  }
  for (std::uint64_t left = in.number(); left > 0 && in.ok(); --left) {
    std::string word = in.text();
    if (!words_[word].load(in)) return false;
  }
  load_pairs(undone_by_, in);
  load_pairs(carried_out_, in);
  for (const auto& [entry, by] : undone_by_) undone_.add(entry);
  return in.ok();
}

}  // namespace jobledger::projections
