#include "projections/labels.h"

#include <algorithm>

namespace jobledger::projections {
namespace {

std::string key_of(const Labels::Label& label) {
  Packer key;
  key.small(label.team);
  for (std::uint32_t tag : label.tags) key.small(tag);
  return key.take();
}

Labels::Label label_from(std::string_view key) {
  Unpacker in(key);
  Labels::Label label{in.small(), {}};
  while (!in.at_end()) label.tags.push_back(in.small());
  return label;
}

}  // namespace

bool Labels::is_of(const Label& label, std::string_view team,
                   const std::vector<std::string>& tags) const {
  return team_name(label.team) == team &&
         std::equal(
             label.tags.begin(), label.tags.end(), tags.begin(), tags.end(),
             [this](std::uint32_t tag, const std::string& text) { return tag_name(tag) == text; });
}

std::uint32_t Labels::label_of(std::string_view team, const std::vector<std::string>& tags,
                               std::uint64_t entry) {
  if (last_ < labels_.size() && is_of(labels_[last_], team, tags)) return last_;
  Label label{teams_.number_of(team, entry), {}};
  for (const std::string& tag : tags) label.tags.push_back(tags_.number_of(tag, entry));
  last_ = keys_.number_of(key_of(label), entry);
  if (last_ == labels_.size()) labels_.push_back(std::move(label));
  return last_;
}

std::string Labels::save(std::uint64_t version) const {
  Packer out;
  for (const Interner* part : {&teams_, &tags_, &keys_}) out.text(part->save(version));
  return out.take();
}

bool Labels::load(std::string_view bytes) {
  Unpacker in(bytes);
  for (Interner* part : {&teams_, &tags_, &keys_}) {
    if (!part->load(in.text())) return false;
  }
  for (std::uint32_t i = 0; i < keys_.size(); ++i) {
    Label label = label_from(keys_.text(i));
    bool known = label.team < teams_.size() &&
                 std::all_of(label.tags.begin(), label.tags.end(),
                             [&](std::uint32_t tag) { return tag < tags_.size(); });
    if (!known) return false;
    labels_.push_back(std::move(label));
  }
  return in.ok() && in.at_end();
}

}  // namespace jobledger::projections
