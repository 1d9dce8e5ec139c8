#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/interner.h"

namespace jobledger::projections {

/// The teams, the tags, and the labels: a team with the tags of a job. Jobs of one label share it.
class Labels {
 public:
  struct Label {
    std::uint32_t team;
    std::vector<std::uint32_t> tags;  ///< in the order they were given
  };

  std::uint32_t label_of(std::string_view team, const std::vector<std::string>& tags,
                         std::uint64_t entry);
  std::uint32_t team_of(std::string_view team, std::uint64_t entry) {
    return teams_.number_of(team, entry);
  }

  const Label& label(std::uint32_t number) const { return labels_[number]; }
  std::size_t size() const { return labels_.size(); }
  std::size_t team_count() const { return teams_.size(); }
  std::optional<std::uint32_t> find_team(std::string_view team) const { return teams_.find(team); }
  std::optional<std::uint32_t> find_tag(std::string_view tag) const { return tags_.find(tag); }
  const std::string& team_name(std::uint32_t team) const { return teams_.text(team); }
  const std::string& tag_name(std::uint32_t tag) const { return tags_.text(tag); }

  std::string save(std::uint64_t version) const;
  bool load(std::string_view bytes);

 private:
  bool is_of(const Label& label, std::string_view team, const std::vector<std::string>& tags) const;

  Interner teams_;
  Interner tags_;
  Interner keys_;  ///< of labels: the numbers of team and tags
  std::vector<Label> labels_;
  std::uint32_t last_ = 0;  ///< asked for: often the next, too
};

}  // namespace jobledger::projections
