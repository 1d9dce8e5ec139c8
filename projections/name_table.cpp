#include "projections/name_table.h"

#include <xxhash.h>

#include <algorithm>

#include "projections/segments_io.h"

namespace jobledger::projections {

using ledger::JobNumber;

std::string_view uid_of(const ledger::Entry& entry) {
  bool submits = entry.command.kind == ledger::CommandKind::submit_job;
  return submits && entry.accepted() ? std::string_view(entry.command.text) : std::string_view();
}

NameTable::NameTable(const JobGraph& graph) : graph_(graph) {
  shards_.reserve(kShards);
  for (std::size_t i = 0; i < kShards; ++i) shards_.emplace_back(0, Hash{&rows_}, Equal{&rows_});
}

std::size_t NameTable::hash_of(const Key& key) {
  return XXH3_64bits_withSeed(key.name.data(), key.name.size(), key.team);
}

bool NameTable::index(std::uint32_t row) {
  return shards_[shard_of(key_of(rows_[row]))].insert(row).second;
}

void NameTable::fold(const ledger::Entry& entry, std::size_t first, std::size_t) {
  std::string_view uid = uid_of(entry);
  if (first != 0 || uid.empty()) return;
  JL_ASSERT(uid.size() <= ledger::kMaxUid);
  Row row;
  row.job = entry.events.front().number;
  row.team = graph_.team_of(row.job);
  row.length = static_cast<std::uint32_t>(uid.size());
  std::copy(uid.begin(), uid.end(), row.bytes.begin());
  rows_.push_back(row);
  bool is_new = index(static_cast<std::uint32_t>(rows_.size() - 1));
  JL_ASSERT(is_new);
}

std::optional<JobNumber> NameTable::find(std::string_view team, std::string_view name,
                                         std::uint64_t version) const {
  std::optional<std::uint32_t> number = graph_.labels().find_team(team);
  if (!number || rows_.empty()) return std::nullopt;
  Key key{*number, name};
  const Shard& in = shards_[shard_of(key)];
  auto it = in.find(key);
  if (it == in.end()) return std::nullopt;
  JobNumber job = rows_[*it].job;
  return graph_.created_entry(job) < version ? std::optional(job) : std::nullopt;
}

std::optional<JobNumber> NameTable::find_job(std::string_view team, std::string_view name,
                                             std::uint64_t version) const {
  if (auto named = find(team, name, version)) return named;
  auto id = ledger::JobId::parse(name);
  return id ? graph_.find(team, *id, version) : std::nullopt;
}

std::string_view NameTable::name_of(JobNumber job) const {
  std::size_t at = first_where(rows_.size(), [&](std::size_t i) { return rows_[i].job >= job; });
  return at < rows_.size() && rows_[at].job == job ? rows_[at].text() : std::string_view();
}

NameTable::Save NameTable::save(std::uint64_t) const {
  return [this, count = rows_.size()](ledger::ChunkSink& sink, const Locked& locked) {
    save_segments("rows", rows_, count, sink, locked);
  };
}

ledger::Status NameTable::load(std::uint64_t, const ledger::ChunkSource& source) {
  if (load_segments("rows", rows_, source)) return ledger::ok();
  return ledger::Failure{"the names of jobs are missing or damaged"};
}

ledger::Status NameTable::derive(std::uint64_t) {
  ledger::Failure damaged{"the names of jobs do not fit to the jobs"};
  for (std::uint32_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i];
    bool in_order = i == 0 || rows_[i - 1].job < row.job;
    bool good = in_order && row.job < graph_.job_count() && row.length > 0 &&
                row.length <= ledger::kMaxUid && row.team == graph_.team_of(row.job);
    if (!good || !index(i)) return damaged;
  }
  return ledger::ok();
}

}  // namespace jobledger::projections
