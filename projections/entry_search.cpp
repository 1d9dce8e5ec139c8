#include "projections/entry_search.h"

#include <algorithm>

namespace jobledger::projections {
namespace {

using Entries = std::vector<std::uint64_t>;
using Sets = std::vector<const EntrySet*>;
using Locked = ledger::Projection::Locked;

constexpr std::uint64_t kWindow = 1 << 20;  ///< entries whose bitmaps are intersected at a time
constexpr std::size_t kSlice = 4096;        ///< entries looked up while the fold waits

/// The part of the log that is still to be searched, from one end.
struct Span {
  std::uint64_t from;
  std::uint64_t below;
  std::size_t most;  ///< entries wanted in all
  bool newest_first;
};

/// Appends those of [first, last), which lie within one window, that are in every set, until there
/// are as many as the span wants.
void add_window(const Sets& sets, std::uint64_t first, std::uint64_t last, const Span& span,
                Entries& found) {
  Roaring all;
  std::uint64_t high = first >> 32 << 32;
  all.addRange(first - high, last - high);
  for (const EntrySet* set : sets) set->intersect(first >> 32, all);
  std::uint64_t count = std::min<std::uint64_t>(all.cardinality(), span.most - found.size());
  if (count == 0) return;
  std::uint32_t begin = 0;
  auto skipped = span.newest_first ? all.cardinality() - count : 0;
  all.select(static_cast<std::uint32_t>(skipped), &begin);
  auto it = all.begin();
  it.equalorlarger(begin);
  std::size_t old = found.size();
  for (; count > 0; --count, ++it) found.push_back(high | *it);
  if (span.newest_first) {
    std::reverse(found.begin() + static_cast<std::ptrdiff_t>(old), found.end());
  }
}

/// Takes the next window off the span.
void take_first(const Sets& sets, Span& span, Entries& found) {
  // Over what any of the sets has not.
  for (const EntrySet* set : sets) {
    span.from = std::max(span.from, set->next(span.from).value_or(span.below));
  }
  if (span.from >= span.below) return;
  std::uint64_t end = std::min(span.below, (span.from / kWindow + 1) * kWindow);
  add_window(sets, span.from, end, span, found);
  span.from = end;
}

/// The same at its end.
void take_last(const Sets& sets, Span& span, Entries& found) {
  for (const EntrySet* set : sets) {
    auto last = set->previous(span.below);
    span.below = std::min(span.below, last ? *last + 1 : span.from);
  }
  if (span.from >= span.below) return;
  std::uint64_t begin = std::max(span.from, (span.below - 1) / kWindow * kWindow);
  add_window(sets, begin, span.below, span, found);
  span.below = begin;
}

Entries search(const Sets& sets, Span span, const Locked& locked) {
  Entries found;
  while (span.from < span.below && found.size() < span.most) {
    locked(
        [&] { span.newest_first ? take_last(sets, span, found) : take_first(sets, span, found); });
  }
  return found;
}

Entries search(const Sets& sets, const Entries& of, const Span& span, const Locked& locked) {
  Entries found;
  auto first = std::lower_bound(of.begin(), of.end(), span.from);
  auto last = std::lower_bound(first, of.end(), span.below);
  while (first != last && found.size() < span.most) {
    locked([&] {
      for (std::size_t i = 0; i < kSlice && first != last && found.size() < span.most; ++i) {
        std::uint64_t entry = span.newest_first ? *--last : *first++;
        bool in_all = std::all_of(sets.begin(), sets.end(),
                                  [&](const EntrySet* set) { return set->contains(entry); });
        if (in_all) found.push_back(entry);
      }
    });
  }
  return found;
}

}  // namespace

Entries entries_in_all(const Sets& sets, std::uint64_t from, std::uint64_t version,
                       std::size_t most, const Locked& locked) {
  return search(sets, {from, version, most, false}, locked);
}

Entries entries_in_all(const Sets& sets, const Entries& of, std::uint64_t from,
                       std::uint64_t version, std::size_t most, const Locked& locked) {
  return search(sets, of, {from, version, most, false}, locked);
}

Entries newest_in_all(const Sets& sets, std::uint64_t from, std::uint64_t version, std::size_t most,
                      const Locked& locked) {
  return search(sets, {from, version, most, true}, locked);
}

Entries newest_in_all(const Sets& sets, const Entries& of, std::uint64_t from,
                      std::uint64_t version, std::size_t most, const Locked& locked) {
  return search(sets, of, {from, version, most, true}, locked);
}

}  // namespace jobledger::projections
