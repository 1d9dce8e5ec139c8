#include "daemon/parse/job_tree.h"

#include <limits>

#include "daemon/parse/job_sections.h"
#include "daemon/parse/tags.h"

namespace jobledger::daemon::parse {

using ledger::JobSpec;

JobSpec JobTree::read(const json::Value& body, const Path& path) {
  top_ = path;
  return read_job(body, path, Kind::root, nullptr, 1);
}

JobSpec JobTree::read_joined(const json::Value& body, const Path& path) {
  top_ = path;
  return read_job(body, path, Kind::joined_root, nullptr, 1);
}

bool JobTree::room_for_one(const Path& path, std::size_t depth) {
  if (depth > limits_.max_depth) {
    problems_.add(path, "nests too deep: jobs may nest " + std::to_string(limits_.max_depth) +
                            " deep, the outermost included");
    return false;
  }
  if (++jobs_ <= limits_.max_tree_jobs) return true;
  if (jobs_ == limits_.max_tree_jobs + 1) {
    problems_.add(top_, "has too many jobs: a tree may hold " +
                            std::to_string(limits_.max_tree_jobs) +
                            ", nested ones included; split it");
  }
  return false;
}

void JobTree::count_tags(const JobSpec& spec) {
  bool fitted = tag_bytes_ <= limits_.max_tag_bytes;
  for (const std::string& tag : spec.tags) tag_bytes_ += tag.size();
  if (fitted && tag_bytes_ > limits_.max_tag_bytes) {
    problems_.add(top_, "has too many tags: all jobs together may hold " +
                            std::to_string(limits_.max_tag_bytes) +
                            " bytes of them, inherited ones included");
  }
}

JobSpec JobTree::read_job(const json::Value& body, const Path& path, Kind kind,
                          const JobSpec* parent, std::size_t depth) {
  JobSpec spec;
  json::Slice slice = slices_.of(body);
  spec.body_begin = slice.begin;
  spec.body_length = slice.length;
  Fields fields(body, path, problems_);
  if (kind == Kind::child) {
    fields.required_text("layerName", "name the layer that shows the nested job");
  }
  if (kind != Kind::joined_root) {
    spec.template_id =
        read_template(fields, kind == Kind::root ? TemplateOf::root : TemplateOf::child);
  }
  read_common(fields, parent, spec);
  read_assets(fields, kind, depth, spec);
  return spec;
}

void JobTree::read_common(const Fields& job, const JobSpec* parent, JobSpec& spec) {
  spec.output_url = read_upload(job);
  check_sections(job);
  constexpr auto kLeast = std::numeric_limits<std::int32_t>::min();
  constexpr auto kMost = std::numeric_limits<std::int32_t>::max();
  auto priority = job.integer("priority", kLeast, kMost);
  auto tags = read_tags(job);
  spec.priority = priority ? static_cast<std::int32_t>(*priority) : parent ? parent->priority : 0;
  if (tags) {
    spec.tags = *std::move(tags);
  } else if (parent && tag_bytes_ <= limits_.max_tag_bytes) {
    spec.tags = parent->tags;
  }
  count_tags(spec);
}

void JobTree::read_assets(const Fields& job, Kind kind, std::size_t depth, JobSpec& spec) {
  bool joined = kind == Kind::joined_root;
  std::string_view wanted = "list the videos and jobs to join";
  auto assets = joined ? job.required_array("assets", wanted) : job.array("assets");
  if (!assets) return;
  if (joined && assets->elements().empty()) {
    job.wrong("assets", "must not be empty: " + std::string(wanted));
  }
  Path path = job.at("assets");
  std::size_t index = 0;
  for (json::Value asset : assets->elements()) {
    read_asset(asset, Path(path, index++), kind, depth, spec);
  }
  spec.total_assets = static_cast<std::uint32_t>(index);
}

void JobTree::read_asset(const json::Value& asset, const Path& path, Kind kind, std::size_t depth,
                         JobSpec& spec) {
  if (!asset.is_object()) return problems_.add(path, type_message("an object", asset));
  bool joined = kind == Kind::joined_root;
  Fields fields(asset, path, problems_);
  auto type = fields.string("type");
  if (type == "job") {
    Kind child = joined ? Kind::joined_child : Kind::child;
    if (room_for_one(path, depth + 1)) {
      spec.children.push_back(read_job(asset, path, child, &spec, depth + 1));
    }
  } else if (joined && type == "video") {
    fields.required_text("src", "give the address of the video");
  } else if (joined && (type || !fields.any("type"))) {
    fields.wrong("type", "must be `video` or `job`");
  }
}

}  // namespace jobledger::daemon::parse
