#pragma once

#include <cstdint>
#include <vector>

#include "daemon/json/document.h"

namespace jobledger::daemon::json {

/// A range of the text of a document: [begin, begin + length).
struct Slice {
  std::size_t begin = 0;
  std::size_t length = 0;

  bool operator==(const Slice&) const = default;
};

/// Where each object of a document stands in its text, byte for byte, braces included. One pass
/// over the text, however deep the objects nest.
class ObjectSlices {
 public:
  explicit ObjectSlices(const Document& document);

  /// `object` is an object of the document.
  Slice of(const Value& object) const;

 private:
  struct Place {
    std::uint32_t position;  ///< on the tape; grows along the list
    std::uint32_t begin;     ///< 32 bits do: simdjson takes no text of 4 GiB
    std::uint32_t length;
  };
  std::vector<Place> places_;
};

}  // namespace jobledger::daemon::json
