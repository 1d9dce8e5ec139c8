#include "daemon/json/duplicates.h"

#include <algorithm>
#include <vector>

namespace jobledger::daemon::json {
namespace {

using Names = std::vector<std::string_view>;

void collect_names(const Tape& tape, std::uint32_t object, Names& names) {
  names.clear();
  std::uint32_t end = tape.after(object) - 1;
  for (std::uint32_t at = object + 1; at != end; at = tape.after(at + 1)) {
    names.push_back(tape.text(at));
  }
}

/// Pairs for the small objects that nearly all are; sorting, which no choice of names can make
/// slow, for the rest.
std::optional<std::string_view> name_there_twice(Names& names) {
  constexpr std::size_t kFew = 12;
  if (names.size() <= kFew) {
    for (std::size_t i = 1; i < names.size(); ++i) {
      auto earlier = names.begin() + static_cast<std::ptrdiff_t>(i);
      if (std::find(names.begin(), earlier, names[i]) != earlier) return names[i];
    }
    return std::nullopt;
  }
  std::sort(names.begin(), names.end());
  auto found = std::adjacent_find(names.begin(), names.end());
  if (found == names.end()) return std::nullopt;
  return *found;
}

}  // namespace

std::optional<Duplicate> find_duplicate(const Tape& tape) {
  std::optional<Duplicate> found;
  Names names;
  tape.each_container([&](std::uint32_t object, std::size_t) {
    if (found || tape.tag(object) != '{') return;
    collect_names(tape, object, names);
    if (auto name = name_there_twice(names)) found = Duplicate{object, *name};
  });
  return found;
}

}  // namespace jobledger::daemon::json
