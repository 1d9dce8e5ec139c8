#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/json/object_slices.h"
#include "daemon/parse/fields.h"
#include "ledger/command.h"

namespace jobledger::daemon::parse {

/// How large one created tree may be. The root alone is one deep.
struct Limits {
  std::size_t max_depth = 16;
  std::size_t max_tree_jobs = 10'000;
  /// Bytes of all tags of all jobs, as inherited: a few tags on top of a large tree are held, and
  /// stored, once a job.
  std::size_t max_tag_bytes = 8 * 1024 * 1024;
};

/// Reads one tree of jobs, parents and the children declared inline in their assets. Use it for
/// one tree.
class JobTree {
 public:
  /// All must outlive it; `slices` are of the document that the bodies are in.
  JobTree(const json::ObjectSlices& slices, const Limits& limits, Problems& problems)
      : slices_(slices), limits_(limits), problems_(problems) {}

  /// The body of a create; an object.
  ledger::JobSpec read(const json::Value& body, const Path& path);
  /// The body of a join; an object.
  ledger::JobSpec read_joined(const json::Value& body, const Path& path);

  /// How many jobs the tree has.
  std::size_t jobs() const { return jobs_; }
  std::size_t tag_bytes() const { return tag_bytes_; }

 private:
  enum class Kind { root, joined_root, child, joined_child };

  ledger::JobSpec read_job(const json::Value& body, const Path& path, Kind kind,
                           const ledger::JobSpec* parent, std::size_t depth);
  void read_common(const Fields& job, const ledger::JobSpec* parent, ledger::JobSpec& spec);
  void read_assets(const Fields& job, Kind kind, std::size_t depth, ledger::JobSpec& spec);
  void read_asset(const json::Value& asset, const Path& path, Kind kind, std::size_t depth,
                  ledger::JobSpec& spec);
  /// Counts a nested job; notes a problem if it is too deep, and, once, if it is one too many.
  bool room_for_one(const Path& path, std::size_t depth);
  void count_tags(const ledger::JobSpec& spec);

  const json::ObjectSlices& slices_;
  const Limits& limits_;
  Problems& problems_;
  Path top_;
  std::size_t jobs_ = 1;  // the root
  std::size_t tag_bytes_ = 0;
};

}  // namespace jobledger::daemon::parse
