#include "daemon/json/object_slices.h"

#include <algorithm>

namespace jobledger::daemon::json {
namespace {

/// From the opening quote of a string of valid JSON to the place after its closing one.
std::size_t skip_string(std::string_view text, std::size_t at) {
  for (++at; text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at + 1;
}

}  // namespace

// The n-th object on the tape is the n-th brace opened in the text outside strings: the document
// is valid, so nothing else has to be understood.
ObjectSlices::ObjectSlices(const Document& document) {
  const Tape& tape = document.tape();
  tape.each_container([&](std::uint32_t at, std::size_t) {
    if (tape.tag(at) == '{') places_.push_back({at, 0, 0});
  });
  std::string_view text = document.text();
  std::vector<std::size_t> open;
  std::size_t next = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      at = skip_string(text, at);
      continue;
    }
    if (text[at] == '{') {
      JL_ASSERT(next < places_.size());
      places_[next].begin = static_cast<std::uint32_t>(at);
      open.push_back(next++);
    } else if (text[at] == '}') {
      Place& place = places_[open.back()];
      place.length = static_cast<std::uint32_t>(at + 1 - place.begin);
      open.pop_back();
    }
    ++at;
  }
  JL_ASSERT(next == places_.size() && open.empty());
}

Slice ObjectSlices::of(const Value& object) const {
  auto place = std::lower_bound(
      places_.begin(), places_.end(), object.position(),
      [](const Place& left, std::uint32_t position) { return left.position < position; });
  JL_ASSERT(place != places_.end() && place->position == object.position());
  return {place->begin, place->length};
}

}  // namespace jobledger::daemon::json
