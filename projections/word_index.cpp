#include "projections/word_index.h"

#include "projections/segments_io.h"
#include "projections/words.h"

namespace jobledger::projections {
namespace {

constexpr std::size_t kSlice = 256;         ///< words put together while the fold waits
constexpr std::size_t kShortestPrefix = 2;  ///< a shorter one begins too many words

}  // namespace

void WordIndex::add(std::string_view reason, std::uint64_t entry) {
  for (const std::string& word : words_of(reason)) {
    Packer record;
    record.number(entry);
    record.text(word);
    for (char byte : record.take()) added_.push_back(byte);
    add_word(word, entry);
  }
}

void WordIndex::add_word(const std::string& word, std::uint64_t entry) {
  auto [it, is_new] = words_.try_emplace(word, Postings{entry, nullptr});
  Postings& postings = it->second;
  if (is_new || (!postings.all && postings.first == entry)) return;
  if (!postings.all) {
    postings.all = std::make_unique<EntrySet>();
    postings.all->add(postings.first);
  }
  postings.all->add(entry);
}

EntrySet WordIndex::with_word(std::string_view prefix,
                              const ledger::Projection::Locked& locked) const {
  EntrySet entries;
  std::string next(prefix);
  bool whole = prefix.size() < kShortestPrefix;
  auto fits = [&](std::string_view word) {
    return whole ? word == prefix : word.starts_with(prefix);
  };
  for (bool more = true; more;) {
    locked([&] {
      auto it = words_.lower_bound(next);
      for (std::size_t i = 0; i < kSlice && it != words_.end() && fits(it->first); ++i, ++it) {
        if (it->second.all) {
          entries.add_all(*it->second.all);
        } else {
          entries.add(it->second.first);
        }
      }
      more = it != words_.end() && fits(it->first);
      if (more) next = it->first;
    });
  }
  return entries;
}

ledger::Projection::Save WordIndex::save() const {
  return [this, size = added_.size()](ledger::ChunkSink& sink,
                                      const ledger::Projection::Locked& locked) {
    save_segments("words", added_, size, sink, locked);
  };
}

bool WordIndex::load(const ledger::ChunkSource& source, std::uint64_t version) {
  if (!load_segments("words", added_, source)) return false;
  std::string bytes;
  for (std::size_t i = 0; i < added_.size(); ++i) bytes += added_[i];
  Unpacker in(bytes);
  while (in.ok() && !in.at_end()) {
    std::uint64_t entry = in.number();
    if (entry >= version) return false;
    add_word(in.text(), entry);
  }
  return in.ok();
}

}  // namespace jobledger::projections
