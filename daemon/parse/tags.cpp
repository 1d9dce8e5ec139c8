#include "daemon/parse/tags.h"

#include <algorithm>

#include "daemon/parse/text.h"

namespace jobledger::daemon::parse {

void TagList::add(std::string_view tag, const Path& path, Problems& problems) {
  tag = trim(tag);
  if (tag.empty() || full_) return;
  if (tag.size() > kMaxTagBytes) {
    return problems.add(path, "must be at most " + std::to_string(kMaxTagBytes) + " bytes a tag");
  }
  if (tag.find(',') != std::string_view::npos) {
    return problems.add(path, "must not hold a comma: give each tag an element of its own");
  }
  if (std::find(tags_.begin(), tags_.end(), tag) != tags_.end()) return;
  if (tags_.size() == kMaxTags) {
    full_ = true;
    return problems.add(path, "must be at most " + std::to_string(kMaxTags) + " tags: drop some");
  }
  tags_.emplace_back(tag);
}

void TagList::add_csv(std::string_view csv, const Path& path, Problems& problems) {
  each_of_csv(csv, [&](std::string_view tag) { add(tag, path, problems); });
}

std::optional<std::vector<std::string>> read_tags(const Fields& fields) {
  auto value = fields.any("tags");
  if (!value) return std::nullopt;
  TagList tags;
  Path path = fields.at("tags");
  if (value->is_string()) {
    tags.add_csv(value->string(), path, fields.problems());
    return tags.take();
  }
  if (!value->is_array()) {
    fields.wrong("tags", type_message("an array of strings or a csv string", *value));
    return std::nullopt;
  }
  std::size_t index = 0;
  for (json::Value tag : value->elements()) {
    Path place(path, index++);
    if (tag.is_string()) {
      tags.add(tag.string(), place, fields.problems());
    } else {
      fields.problems().add(place, type_message("a string", tag));
    }
  }
  return tags.take();
}

}  // namespace jobledger::daemon::parse
