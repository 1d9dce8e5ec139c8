#pragma once

#include "ledger/job_view.h"
#include "projections/audit_index.h"
#include "projections/job_graph.h"
#include "projections/name_table.h"
#include "projections/token_table.h"
#include "projections/webhook_table.h"

namespace jobledger::projections {

/// What `decide` sees: the projections at the writer's head. For the writer's thread alone, which
/// is the only one to change them.
class HeadView final : public ledger::JobView {
 public:
  HeadView(const JobGraph& graph, const NameTable& names, const AuditIndex& audit,
           const TokenTable& tokens, const WebhookTable& webhooks)
      : graph_(graph), names_(names), audit_(audit), tokens_(tokens), webhooks_(webhooks) {}

  std::optional<ledger::JobNumber> find_job(std::string_view team, ledger::JobId id) const override;
  ledger::JobFacts facts(ledger::JobNumber job) const override;
  ledger::JobNumber job_count() const override { return graph_.job_count(); }
  std::optional<ledger::JobNumber> find_named(std::string_view team,
                                              std::string_view name) const override;
  std::unique_ptr<ledger::CascadeView> as_of(std::uint64_t version) const override;
  std::uint32_t unfinished_children(ledger::JobNumber job) const override;
  std::uint32_t ended_leases(ledger::JobNumber job) const override;
  std::optional<ledger::BatchFacts> find_batch(std::string_view team,
                                               ledger::BatchId id) const override;
  std::optional<ledger::Run> run(ledger::JobNumber job) const override;
  std::optional<ledger::JobNumber> next_queued(std::string_view team,
                                               const std::vector<std::string>& tags) const override;
  bool late_report_recorded(ledger::JobNumber job, ledger::LeaseId lease,
                            ledger::ReportKind kind) const override;
  std::optional<ledger::TokenFacts> find_token(ledger::TokenId id) const override;
  std::optional<ledger::WebhookFacts> find_webhook(std::string_view team,
                                                   ledger::WebhookId id) const override;
  std::size_t live_webhooks(std::string_view team) const override {
    return webhooks_.live_count(team);
  }

 private:
  static constexpr std::uint64_t kHead = ~std::uint64_t{0};

  const JobGraph& graph_;
  const NameTable& names_;
  const AuditIndex& audit_;
  const TokenTable& tokens_;
  const WebhookTable& webhooks_;
};

}  // namespace jobledger::projections
