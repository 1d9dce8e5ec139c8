#include "projections/head_view.h"

#include "projections/as_of_view.h"

namespace jobledger::projections {

using ledger::JobNumber;

std::optional<JobNumber> HeadView::find_job(std::string_view team, ledger::JobId id) const {
  return graph_.find(team, id, kHead);
}

ledger::JobFacts HeadView::facts(JobNumber job) const {
  JL_ASSERT(job < graph_.job_count());
  return facts_of(graph_, job, graph_.last_change(job));
}

std::optional<JobNumber> HeadView::find_named(std::string_view team, std::string_view name) const {
  return names_.find_job(team, name, kHead);
}

std::unique_ptr<ledger::CascadeView> HeadView::as_of(std::uint64_t version) const {
  return std::make_unique<AsOfView>(graph_, version, nullptr);
}

std::uint32_t HeadView::ended_leases(JobNumber job) const {
  return graph_.ended_leases(job);
}

std::uint32_t HeadView::unfinished_children(JobNumber job) const {
  return graph_.unfinished_children(job);
}

std::optional<ledger::BatchFacts> HeadView::find_batch(std::string_view team,
                                                       ledger::BatchId id) const {
  auto number = graph_.find_batch(team, id, kHead);
  if (!number) return std::nullopt;
  const BatchRow& batch = graph_.batch(*number);
  return ledger::BatchFacts{batch.first, batch.count};
}

std::optional<ledger::Run> HeadView::run(JobNumber job) const {
  const RunRow* row = graph_.run(job);
  if (!row) return std::nullopt;
  return ledger::Run{row->lease, row->lease_seconds, row->last()};
}

std::optional<JobNumber> HeadView::next_queued(std::string_view team,
                                               const std::vector<std::string>& tags) const {
  const ClaimQueue* queue = graph_.queue(team);
  if (!queue) return std::nullopt;
  if (tags.empty()) return queue->first();
  std::vector<std::uint32_t> numbers;
  for (const std::string& tag : tags) {
    if (auto number = graph_.labels().find_tag(tag)) numbers.push_back(*number);
  }
  return queue->first_with(numbers);
}

bool HeadView::late_report_recorded(JobNumber job, ledger::LeaseId lease,
                                    ledger::ReportKind kind) const {
  return audit_.late_report_recorded(job, lease, kind);
}

std::optional<ledger::TokenFacts> HeadView::find_token(ledger::TokenId id) const {
  const TokenRow* row = tokens_.find(id);
  if (!row) return std::nullopt;
  return ledger::TokenFacts{row->detail, row->revoked_entry.has_value()};
}

std::optional<ledger::WebhookFacts> HeadView::find_webhook(std::string_view team,
                                                           ledger::WebhookId id) const {
  const Webhook* row = webhooks_.find(id);
  if (!row || row->team != team) return std::nullopt;
  return ledger::WebhookFacts{{row->url, row->events}, row->deleted != Webhook::kNever};
}

}  // namespace jobledger::projections
