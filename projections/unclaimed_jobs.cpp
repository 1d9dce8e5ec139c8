#include "projections/unclaimed_jobs.h"

#include "projections/job_walk.h"

namespace jobledger::projections {

using ledger::JobNumber;
using ledger::JobStatus;

namespace {

/// The newest claim as of a version, by team and by each tag of a team.
class NewestClaims {
 public:
  void add(const Labels::Label& label, std::uint64_t entry) {
    keep(by_team_, label.team, entry);
    for (std::uint32_t tag : label.tags) keep(by_tag_, key(label.team, tag), entry);
  }

  /// Of those that match the label.
  std::optional<std::uint64_t> matching(const Labels::Label& label) const {
    if (label.tags.empty()) return find(by_team_, label.team);
    std::optional<std::uint64_t> newest;
    for (std::uint32_t tag : label.tags) {
      newest = std::max(newest, find(by_tag_, key(label.team, tag)));
    }
    return newest;
  }

 private:
  using Entries = boost::unordered_flat_map<std::uint64_t, std::uint64_t>;

  static std::uint64_t key(std::uint32_t team, std::uint32_t tag) {
    return std::uint64_t{team} << 32 | tag;
  }
  static void keep(Entries& entries, std::uint64_t key, std::uint64_t entry) {
    std::uint64_t& newest = entries.try_emplace(key, entry).first->second;
    newest = std::max(newest, entry);
  }
  static std::optional<std::uint64_t> find(const Entries& entries, std::uint64_t key) {
    auto it = entries.find(key);
    return it == entries.end() ? std::nullopt : std::optional(it->second);
  }

  Entries by_team_;
  Entries by_tag_;
};

const Labels::Label& label_of(const JobGraph& graph, JobNumber job) {
  return graph.labels().label(graph.row(job).label);
}

NewestClaims newest_claims(const State& state, const UnclaimedFilter& filter,
                           std::uint64_t version) {
  const JobGraph& graph = state.graph();
  NewestClaims claims;
  each_job(graph, filter.team, 0, version, state.locked(), [&](JobNumber job) {
    graph.each_change(job, version, [&](const Change& change) {
      if (!graph.is_claim(change)) return true;
      claims.add(label_of(graph, job), change.entry());
      return false;
    });
    return true;
  });
  return claims;
}

UnclaimedJob unclaimed(const JobGraph& graph, JobNumber job, std::uint64_t queued_entry,
                       std::optional<std::uint64_t> last_claim) {
  const JobRow& row = graph.row(job);
  UnclaimedJob found{job, row.id, {}, row.priority, queued_entry, last_claim};
  for (std::uint32_t tag : label_of(graph, job).tags) {
    found.tags.push_back(graph.labels().tag_name(tag));
  }
  return found;
}

}  // namespace

std::vector<UnclaimedJob> unclaimed_jobs(const State& state, const UnclaimedFilter& filter,
                                         std::uint64_t version) {
  const JobGraph& graph = state.graph();
  NewestClaims claims = newest_claims(state, filter, version);
  std::uint64_t later =
      state.read([&] { return state.times().first_at_or_after(filter.since + 1); });
  std::vector<UnclaimedJob> found;
  each_job(graph, filter.team, filter.first, version, state.locked(), [&](JobNumber job) {
    const Change& last = graph.change_at(job, version);
    if (last.status != JobStatus::queued || last.entry() >= later) return true;
    auto claim = claims.matching(label_of(graph, job));
    if (claim && *claim >= later) return true;
    found.push_back(unclaimed(graph, job, last.entry(), claim));
    return found.size() < filter.most;
  });
  return found;
}

}  // namespace jobledger::projections
