#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/projection.h"
#include "projections/cancellation_index.h"
#include "projections/entry_set.h"
#include "projections/job_graph.h"

namespace jobledger::projections {

/// Which entries there are of whom and about what: by team, kind and actor; by batch; and by job
/// those that did not change its status (refusals, late reports, cascades that left it alone). The
/// others are found through the job graph. Cancellations have an index of their own.
class AuditIndex final : public ledger::Projection {
 public:
  /// The graph is to be folded first.
  explicit AuditIndex(const JobGraph& graph) : graph_(graph) {}

  std::string_view name() const override { return "audit"; }
  std::uint32_t format() const override { return 4; }
  void fold(const ledger::Entry& entry, std::size_t first, std::size_t last) override;
  Save save(std::uint64_t version) const override;
  ledger::Status load(std::uint64_t version, const ledger::ChunkSource& source) override;
  ledger::Status derive(std::uint64_t version) override;
  void save_derived(ledger::ChunkSink& sink) const override;

  /// Null if there is none.
  const EntrySet* of_team(std::string_view team) const;
  const EntrySet* of_kind(ledger::CommandKind kind) const;
  /// By the actor's name or the id of its token.
  const EntrySet* of_actor(std::string_view actor) const;
  /// By the person that a command was on behalf of.
  const EntrySet* on_behalf_of(std::string_view person) const;
  /// Every command that was refused.
  const EntrySet& refused() const { return refused_; }
  const CancellationIndex& cancellations() const { return cancellations_; }

  /// What a claim was for: jobs with one of the tags, or any job if it names none; by name, jobs
  /// with the tags of the named one, or without any.
  struct ClaimLabel {
    std::string team;
    std::vector<std::string> tags;  ///< in order
    bool by_name = false;

    auto operator<=>(const ClaimLabel&) const = default;
  };
  /// The claims that were given a job, by what they were for.
  const std::map<ClaimLabel, EntrySet>& claims() const { return claims_; }

  /// Oldest first.
  std::vector<std::uint64_t> mentions_of_job(ledger::JobNumber job, std::uint64_t version) const;
  std::vector<std::uint64_t> entries_of_batch(std::uint32_t batch, std::uint64_t version) const;

  bool late_report_recorded(ledger::JobNumber job, ledger::LeaseId lease,
                            ledger::ReportKind kind) const;

 private:
  struct Mention {
    std::uint64_t entry;
    std::uint32_t subject;
    std::uint32_t previous;
  };
  /// A chain of mentions for each job, or each batch.
  struct Mentions {
    SegmentedVector<Mention> all;
    boost::unordered_flat_map<std::uint32_t, std::uint32_t> newest;

    void add(std::uint32_t subject, std::uint64_t entry);
    std::vector<std::uint64_t> of(std::uint32_t subject, std::uint64_t version) const;
    /// False if a mention is of what there is not.
    bool rebuild(std::uint32_t subjects, std::uint64_t version);
  };

  /// Where the commands of one actor are noted; null where they are not.
  struct ActorSets {
    std::string name;
    std::string team;
    std::string person;
    ledger::TokenId token;
    std::array<EntrySet*, 4> sets{};

    bool are_of(const ledger::Actor& actor) const {
      return token == actor.token && name == actor.name && team == actor.team &&
             person == actor.on_behalf_of;
    }
  };

  ActorSets sets_of(const ledger::Actor& actor);
  void fold_envelope(const ledger::Entry& entry);
  void fold_refusal(const ledger::Entry& entry);
  void mention_job(ledger::JobNumber job, std::uint64_t entry);
  void note_claim(const ledger::Entry& entry);
  void note_late_report(const ledger::Entry& entry, ledger::JobNumber job);
  std::string save_sets() const;
  bool load_sets(std::string_view bytes, std::uint64_t version);
  bool load_claims(Unpacker& in, std::uint64_t version);

  const JobGraph& graph_;
  std::map<std::string, EntrySet, std::less<>> by_team_;
  std::map<std::string, EntrySet, std::less<>> by_actor_;
  std::map<std::string, EntrySet, std::less<>> by_person_;  ///< on behalf of whom
  ActorSets latest_;                                        ///< often those of the next, too
  std::array<EntrySet, ledger::kCommandKinds> by_kind_;
  EntrySet refused_;
  std::map<ClaimLabel, EntrySet> claims_;
  CancellationIndex cancellations_;
  Mentions jobs_;
  Mentions batches_;
  boost::unordered_flat_set<std::uint64_t> late_;  ///< hashes of job, lease and kind of report
};

}  // namespace jobledger::projections
