#include "projections/unclaimed_jobs.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>

#include "projections/job_walk.h"

namespace jobledger::projections {

using ledger::JobNumber;
using ledger::JobStatus;

namespace {

/// Whether the claims were such as take a job with these tags.
bool takes(const AuditIndex::ClaimLabel& claim, const std::vector<std::string>& tags) {
  if (claim.tags.empty()) return !claim.by_name || tags.empty();
  return std::any_of(tags.begin(), tags.end(), [&](const std::string& tag) {
    return std::binary_search(claim.tags.begin(), claim.tags.end(), tag);
  });
}

/// The newest claim as of a version that matches a label; each label is looked up once.
class NewestClaims {
 public:
  NewestClaims(const State& state, std::uint64_t version) : state_(state), version_(version) {}

  /// With the fold kept out.
  std::optional<std::uint64_t> matching(std::uint32_t label) {
    auto [it, is_new] = known_.try_emplace(label);
    if (is_new) it->second = look_up(state_.graph().labels().label(label));
    return it->second;
  }

 private:
  std::optional<std::uint64_t> look_up(const Labels::Label& label) const {
    const Labels& labels = state_.graph().labels();
    std::vector<std::string> tags;
    for (std::uint32_t tag : label.tags) tags.push_back(labels.tag_name(tag));
    const std::string& team = labels.team_name(label.team);
    std::optional<std::uint64_t> newest;
    const auto& claims = state_.audit().claims();
    for (auto it = claims.lower_bound({team, {}, false}); it != claims.end(); ++it) {
      if (it->first.team != team) break;
      if (takes(it->first, tags)) newest = std::max(newest, it->second.previous(version_));
    }
    return newest;
  }

  const State& state_;
  const std::uint64_t version_;
  boost::unordered_flat_map<std::uint32_t, std::optional<std::uint64_t>> known_;
};

UnclaimedJob unclaimed(const JobGraph& graph, JobNumber job, std::uint64_t queued_entry,
                       std::optional<std::uint64_t> last_claim) {
  const JobRow& row = graph.row(job);
  UnclaimedJob found{job, row.id, {}, row.priority, queued_entry, last_claim};
  for (std::uint32_t tag : graph.labels().label(row.label).tags) {
    found.tags.push_back(graph.labels().tag_name(tag));
  }
  return found;
}

}  // namespace

std::vector<UnclaimedJob> unclaimed_jobs(const State& state, const UnclaimedFilter& filter,
                                         std::uint64_t version) {
  const JobGraph& graph = state.graph();
  NewestClaims claims(state, version);
  std::uint64_t later =
      state.read([&] { return state.times().first_at_or_after(filter.since + 1); });
  std::vector<UnclaimedJob> found;
  each_job(graph, filter.team, filter.first, version, state.locked(), [&](JobNumber job) {
    const Change& last = graph.change_at(job, version);
    if (last.status != JobStatus::queued || last.entry() >= later) return true;
    auto claim = claims.matching(graph.row(job).label);
    if (claim && *claim >= later) return true;
    found.push_back(unclaimed(graph, job, last.entry(), claim));
    return found.size() < filter.most;
  });
  return found;
}

}  // namespace jobledger::projections
