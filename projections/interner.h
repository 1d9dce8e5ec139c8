#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "projections/pack.h"
#include "projections/segmented_vector.h"

namespace jobledger::projections {

/// Gives equal texts one small number, in the order they first came. Each is kept with the entry
/// that brought it, so that the state as of a version has only those it knew.
class Interner {
 public:
  std::uint32_t number_of(std::string_view text, std::uint64_t entry) {
    if (last_ < texts_.size() && texts_[last_].text == text) return last_;
    if (auto known = find(text)) return last_ = *known;
    last_ = static_cast<std::uint32_t>(texts_.size());
    texts_.push_back({std::string(text), entry});
    numbers_.emplace(texts_.back().text, last_);
    return last_;
  }

  std::optional<std::uint32_t> find(std::string_view text) const {
    auto it = numbers_.find(text);
    if (it == numbers_.end()) return std::nullopt;
    return it->second;
  }

  const std::string& text(std::uint32_t number) const { return texts_[number].text; }
  std::size_t size() const { return texts_.size(); }

  std::string save(std::uint64_t version) const {
    std::size_t known =
        first_where(texts_.size(), [&](std::size_t i) { return texts_[i].entry >= version; });
    Packer out;
    out.number(known);
    for (std::size_t i = 0; i < known; ++i) {
      out.number(texts_[i].entry);
      out.text(texts_[i].text);
    }
    return out.take();
  }

  bool load(std::string_view bytes) {
    Unpacker in(bytes);
    for (std::uint64_t left = in.number(); left > 0 && in.ok(); --left) {
      std::uint64_t entry = in.number();
      number_of(in.text(), entry);
    }
    return in.ok() && in.at_end();
  }

 private:
  struct Known {
    std::string text;
    std::uint64_t entry;
  };
  std::deque<Known> texts_;  // elements stay where they are, so keys can be views of them
  boost::unordered_flat_map<std::string_view, std::uint32_t> numbers_;
  std::uint32_t last_ = 0;  ///< asked for: often the next, too
};

}  // namespace jobledger::projections
