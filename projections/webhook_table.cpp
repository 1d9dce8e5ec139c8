#include "projections/webhook_table.h"

#include <algorithm>

#include "projections/pack.h"

namespace jobledger::projections {
namespace {

void pack(Packer& out, const Webhook& row) {
  out.id(row.id);
  out.text(row.team);
  out.text(row.url);
  out.small(row.events.bits());
  out.number(row.created);
  out.number(row.deleted);
}

Webhook unpack(Unpacker& in) {
  Webhook row;
  row.id = in.id();
  row.team = in.text();
  row.url = in.text();
  row.events = ledger::WebhookEvents(static_cast<std::uint16_t>(in.small()));
  row.created = in.number();
  row.deleted = in.number();
  return row;
}

}  // namespace

void WebhookTable::fold(const ledger::Entry& entry, std::size_t first, std::size_t last) {
  for (std::size_t place = first; place < last; ++place) {
    const ledger::Event& event = entry.events[place];
    if (event.kind == ledger::EventKind::webhook_created) {
      const auto& detail = event.as<ledger::WebhookDetail>();
      add({event.subject, entry.envelope.actor.team, detail.url, detail.events, entry.index});
    } else if (event.kind == ledger::EventKind::webhook_deleted) {
      bool erased = erase(event.subject, entry.index);
      JL_ASSERT(erased);
    }
  }
}

void WebhookTable::add(Webhook row) {
  by_id_.emplace(row.id, rows_.size());
  by_team_[row.team].live.push_back(rows_.size());
  rows_.push_back(std::move(row));
}

/// False if there is none, or it is deleted already.
bool WebhookTable::erase(ledger::WebhookId id, std::uint64_t entry) {
  auto it = by_id_.find(id);
  if (it == by_id_.end()) return false;
  Webhook& row = rows_[it->second];
  if (row.deleted != Webhook::kNever) return false;
  row.deleted = entry;
  OfTeam& of = by_team_.find(row.team)->second;
  of.live.erase(std::find(of.live.begin(), of.live.end(), it->second));
  of.deleted.push_back(it->second);
  return true;
}

const Webhook* WebhookTable::find(ledger::WebhookId id) const {
  auto it = by_id_.find(id);
  return it == by_id_.end() ? nullptr : &rows_[it->second];
}

std::vector<Webhook> WebhookTable::of_team(std::string_view team, std::uint64_t version) const {
  auto it = by_team_.find(team);
  if (it == by_team_.end()) return {};
  const OfTeam& of = it->second;
  std::vector<std::size_t> places = of.live;
  for (auto at = of.deleted.rbegin(); at != of.deleted.rend(); ++at) {
    if (rows_[*at].deleted < version) break;
    places.push_back(*at);
  }
  std::sort(places.begin(), places.end());
  std::vector<Webhook> webhooks;
  for (std::size_t place : places) {
    if (rows_[place].live_at(version)) webhooks.push_back(rows_[place]);
  }
  return webhooks;
}

std::size_t WebhookTable::live_count(std::string_view team) const {
  auto it = by_team_.find(team);
  return it == by_team_.end() ? 0 : it->second.live.size();
}

WebhookTable::Save WebhookTable::save(std::uint64_t) const {
  Packer out;
  out.number(rows_.size());
  for (const Webhook& row : rows_) pack(out, row);
  return [bytes = out.take()](ledger::ChunkSink& sink, const Locked&) { sink.fresh("all", bytes); };
}

ledger::Status WebhookTable::load(std::uint64_t version, const ledger::ChunkSource& source) {
  auto bytes = source.read("all");
  if (!bytes) return ledger::Failure{"the webhooks are missing"};
  ledger::Failure damaged{"the webhooks are damaged"};
  Unpacker in(*bytes);
  std::vector<std::pair<std::uint64_t, ledger::WebhookId>> deleted;
  for (std::uint64_t left = in.number(); left > 0 && in.ok(); --left) {
    Webhook row = unpack(in);
    bool in_order = rows_.empty() || rows_.back().created < row.created;
    bool is_past = row.created < version && (row.deleted == Webhook::kNever ||
                                             (row.deleted > row.created && row.deleted < version));
    if (!in.ok() || !in_order || !is_past || by_id_.contains(row.id)) return damaged;
    if (row.deleted != Webhook::kNever) deleted.emplace_back(row.deleted, row.id);
    row.deleted = Webhook::kNever;
    add(std::move(row));
  }
  if (!in.ok() || !in.at_end()) return damaged;
  std::sort(deleted.begin(), deleted.end());
  for (const auto& [entry, id] : deleted) erase(id, entry);
  return ledger::ok();
}

}  // namespace jobledger::projections
