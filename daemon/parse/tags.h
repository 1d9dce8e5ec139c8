#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/parse/fields.h"

namespace jobledger::daemon::parse {

/// Bytes of one tag, and tags of one job, claim or filter: children inherit tags, so a tree holds
/// them many times over.
inline constexpr std::size_t kMaxTagBytes = 128;
inline constexpr std::size_t kMaxTags = 64;

/// Gathers tags in order: trimmed, empty ones and repeats left out.
class TagList {
 public:
  /// One tag. A comma in it is a problem: written as csv, in a filter, it could not be told from
  /// two.
  void add(std::string_view tag, const Path& path, Problems& problems);
  void add_csv(std::string_view csv, const Path& path, Problems& problems);
  std::vector<std::string> take() { return std::move(tags_); }

 private:
  std::vector<std::string> tags_;
  bool full_ = false;
};

/// The property `tags`: an array of strings or a csv string. nullopt if it is absent or wrong.
std::optional<std::vector<std::string>> read_tags(const Fields& fields);

}  // namespace jobledger::daemon::parse
