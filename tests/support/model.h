#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "ledger/writer.h"

namespace jobledger::tests {

/// The ids that the ledger made while it carried out one command: the model cannot guess them.
struct Made {
  std::vector<ledger::JobId> jobs;  ///< in the order of creation
  ledger::BatchId batch;
  ledger::LeaseId lease;
  ledger::TokenId token;
  ledger::WebhookId webhook;
};
Made made_by(const ledger::Receipt& receipt);

/// What came of a command, in the words of the contract.
struct Outcome {
  bool recorded = true;
  bool replayed = false;
  std::uint64_t version = 0;
  std::optional<ledger::RefusalCode> refusal;
  std::vector<std::string> offenders;
  std::vector<ledger::JobId> cancelled;  ///< in the order of the answer
  std::vector<ledger::JobId> skipped;
  std::vector<ledger::JobId> failed;  ///< the job reported, then its ancestors
  std::vector<ledger::JobId> unblocked;
  std::vector<ledger::JobId> requeued;
  std::vector<ledger::JobId> asked_to_stop;
  std::vector<ledger::JobId> told_to_go_on;  ///< the stop was withdrawn
  std::vector<ledger::JobId> reinstated;

  bool operator==(const Outcome&) const = default;
};
/// Of what the ledger did.
Outcome outcome_of(const ledger::Receipt& receipt);
/// For the message of a failed test.
std::string to_text(const Outcome& outcome);

/// The contract, as plainly as it can be said: maps, lists and loops over everything. It shares
/// the words of the ledger (ids, statuses, commands), and none of its rules or structures.
class Model {
 public:
  struct Job {
    ledger::JobId id;
    std::string team;
    ledger::JobId parent;  ///< nil: none
    std::vector<ledger::JobId> children;
    std::optional<ledger::BatchId> batch;
    std::uint32_t batch_index = 0;
    std::size_t order = 0;  ///< of creation, over all teams
    std::vector<std::string> tags;
    std::int32_t priority = 0;
    std::string template_id;
    std::uint32_t total_assets = 0;
    ledger::JobStatus status = ledger::JobStatus::none;
    std::uint32_t progress = 0;
    std::optional<ledger::LeaseId> lease;
    bool stopping = false;  ///< its worker was asked to stop, and has not
    std::string stop_reason;
    std::uint32_t ended_leases = 0;
    /// The entries that gave it a status, or its worker a word, each with the status after it.
    std::vector<std::pair<std::uint64_t, ledger::JobStatus>> changes;
    ledger::TimeMs created = 0;
    ledger::TimeMs updated = 0;
    std::optional<ledger::TimeMs> started;
    std::optional<ledger::TimeMs> finished;
    std::optional<ledger::TimeMs> failed_or_cancelled;
    std::string error;
    std::string output_url;
  };
  struct Batch {
    ledger::BatchId id;
    std::string team;
    std::uint32_t total = 0;
    std::vector<ledger::JobId> jobs;  ///< the top-level ones
  };
  /// The jobs that there were at a version, as far as a cancel asks.
  struct Stand {
    ledger::JobStatus status = ledger::JobStatus::none;
    bool stopping = false;
  };
  using Moment = std::map<ledger::JobId, Stand>;
  /// What an entry did to a job that an undo can take back.
  struct Deed {
    enum class What { cancelled, asked_to_stop, reinstated, told_to_go_on };
    What what;
    ledger::JobId job;
    ledger::JobStatus before;
    std::uint64_t entry;
  };
  struct Token {
    ledger::TokenId id;
    ledger::TokenDetail detail;
    bool revoked = false;
  };

  struct Webhook {
    ledger::WebhookId id;
    std::string team;
    std::string url;
    ledger::WebhookEvents events;
    std::uint64_t created = 0;               ///< the entry
    std::optional<std::uint64_t> deleted{};  ///< the entry
  };

  explicit Model(ledger::Rules rules) : rules_(std::move(rules)) {}

  /// Carries the command out.
  Outcome apply(const ledger::Submission& submission, const Made& made, ledger::TimeMs now);

  const std::vector<ledger::JobId>& jobs() const { return order_; }  ///< in the order of creation
  const Job& job(ledger::JobId id) const { return jobs_.at(id); }
  const std::vector<Batch>& batches() const { return batches_; }
  const std::vector<Token>& tokens() const { return tokens_; }
  const std::vector<Webhook>& webhooks() const { return webhooks_; }
  std::uint64_t version() const { return version_; }
  const Moment& moment(std::uint64_t version) const { return moments_.at(version); }
  /// The entries that did something that can be undone, oldest first.
  std::vector<std::uint64_t> undoable() const;
  const std::string& team_of(std::uint64_t entry) const { return teams_.at(entry); }

 private:
  struct Carry;
  struct Plan;
  Job* find(const std::string& team, ledger::JobId id);
  Moment now() const;
  void set_status(Job& job, ledger::JobStatus status);
  void create(const std::vector<std::pair<std::uint32_t, const ledger::JobSpec*>>& roots,
              const std::string& team, const Batch* batch, const Made& made);

  // model_cancel.cpp
  Plan plan(const ledger::CancelJobs& command, const std::string& team, const Moment& at) const;
  Plan plan(const ledger::CancelBatch& command, const std::string& team, const Moment& at) const;
  Plan limited(Plan plan) const;
  std::vector<std::string> changed(const Plan& then, const Moment& was, const Plan& now) const;
  template <typename Cancel>
  void cancel(const Cancel& command, const ledger::Actor& actor, const std::string& reason,
              Outcome& outcome);
  void take(const std::vector<ledger::JobId>& jobs, const std::string& reason, Outcome& outcome);
  void end_as_cancelled(Job& job, const std::string& reason, Outcome& outcome);
  void ask_to_stop(Job& job, const std::string& reason, Outcome& outcome);

  // model_undo.cpp
  void undo(std::uint64_t entry, const std::string& team, const std::string& reason,
            Outcome& outcome);
  std::vector<Deed> deeds_to_undo(std::uint64_t entry) const;
  bool stands(const Deed& deed) const;
  void take_back(const std::vector<Deed>& deeds, const std::string& reason, Outcome& outcome);
  void reinstate(Job& job, ledger::JobStatus status, Outcome& outcome);
  void tell_to_go_on(Job& job, Outcome& outcome);

  // model_reports.cpp
  Job* held(const std::string& team, ledger::JobId id, ledger::LeaseId lease, int kind,
            Outcome& outcome);
  void finish(Job& job, const std::string& url, Outcome& outcome);
  void fail(Job& job, const std::string& error, Outcome& outcome);
  void stopped(const ledger::ReportStopped& command, const std::string& team, Outcome& outcome);
  void end_lease(Job& job, Outcome& outcome);
  void carry_out_stop(Job& job, Outcome& outcome);

  ledger::Rules rules_;
  ledger::TimeMs now_ = 0;
  std::uint64_t version_ = 0;
  std::map<ledger::JobId, Job> jobs_;
  std::vector<ledger::JobId> order_;
  std::map<std::pair<std::string, std::string>, ledger::JobId> named_;  ///< by team and uid
  std::vector<Batch> batches_;
  std::vector<Token> tokens_;
  std::vector<Webhook> webhooks_;
  std::set<std::tuple<ledger::JobId, ledger::LeaseId, int>> late_;
  std::vector<Moment> moments_ = {{}};                ///< by version
  std::vector<std::string> teams_;                    ///< by entry
  std::map<std::uint64_t, std::vector<Deed>> deeds_;  ///< by entry
  struct Key {
    ledger::Sha256 fingerprint;
    std::uint64_t version;
    ledger::TimeMs expires;
  };
  std::map<std::pair<std::string, std::string>, Key> keys_;
};

}  // namespace jobledger::tests
