#include "projections/audit_index.h"

#include <algorithm>

#include "projections/segments_io.h"

namespace jobledger::projections {

using ledger::CommandKind;
using ledger::Entry;
using ledger::EventKind;
using ledger::RefusalCode;

namespace {

constexpr const char* kUnfit = "the audit index does not fit together";

std::optional<ledger::ReportKind> report_kind(CommandKind kind) {
  switch (kind) {
    case CommandKind::report_progress:
      return ledger::ReportKind::progress;
    case CommandKind::finish_job:
      return ledger::ReportKind::finish;
    case CommandKind::fail_job:
      return ledger::ReportKind::fail;
    case CommandKind::report_stopped:
      return ledger::ReportKind::stopped;
    default:
      return std::nullopt;
  }
}

std::uint64_t late_hash(ledger::JobNumber job, ledger::LeaseId lease, ledger::ReportKind kind) {
  std::uint64_t word = std::uint64_t{job} << 8 | static_cast<std::uint8_t>(kind);
  return UlidHash{}({lease.high ^ word * 0x9e37'79b9'7f4a'7c15, lease.low});
}

bool is_late(const Entry& entry) {
  if (!entry.refusal) return false;
  RefusalCode code = entry.refusal->code;
  return code == RefusalCode::stale_lease || code == RefusalCode::job_final ||
         code == RefusalCode::no_stop_requested;
}

}  // namespace

void AuditIndex::fold(const Entry& entry, std::size_t first, std::size_t last) {
  if (first == 0) fold_envelope(entry);
  cancellations_.fold(entry, first, last);
  for (std::size_t place = first; place < last; ++place) {
    const ledger::Event& event = entry.events[place];
    if (event.kind == EventKind::cancel_skipped) jobs_.add(event.number, entry.index);
    if (event.kind == EventKind::job_claimed) note_claim(entry);
    if (event.kind == EventKind::batch_submitted) {
      batches_.add(graph_.batch_count() - 1, entry.index);
    }
    const auto* token = event.as_if<ledger::TokenDetail>();
    if (token && token->team != entry.envelope.actor.team) by_team_[token->team].add(entry.index);
  }
}

/// A claim by name tells that something takes jobs with the tags of that one.
void AuditIndex::note_claim(const Entry& entry) {
  ClaimLabel label{entry.envelope.actor.team, entry.command.tags, !entry.command.subjects.empty()};
  if (label.by_name) {
    const Labels& labels = graph_.labels();
    label.tags.clear();
    for (std::uint32_t tag : labels.label(graph_.row(entry.events[0].number).label).tags) {
      label.tags.push_back(labels.tag_name(tag));
    }
  }
  std::sort(label.tags.begin(), label.tags.end());
  claims_[std::move(label)].add(entry.index);
}

AuditIndex::ActorSets AuditIndex::sets_of(const ledger::Actor& actor) {
  ActorSets of{actor.name, actor.team, actor.on_behalf_of, actor.token, {}};
  of.sets[0] = &by_team_[actor.team];
  of.sets[1] = &by_actor_[actor.name];
  if (!actor.token.is_nil()) of.sets[2] = &by_actor_[actor.token.text()];
  if (!actor.on_behalf_of.empty()) of.sets[3] = &by_person_[actor.on_behalf_of];
  return of;
}

void AuditIndex::fold_envelope(const Entry& entry) {
  const ledger::Actor& actor = entry.envelope.actor;
  if (!latest_.sets[0] || !latest_.are_of(actor)) latest_ = sets_of(actor);
  for (EntrySet* set : latest_.sets) {
    if (set) set->add(entry.index);
  }
  by_kind_[static_cast<std::size_t>(entry.command.kind)].add(entry.index);
  if (entry.command.kind == CommandKind::cancel_batch && !entry.command.subjects.empty()) {
    auto batch = graph_.find_batch(actor.team, entry.command.subjects[0], entry.index);
    if (batch) batches_.add(*batch, entry.index);
    if (batch && entry.refusal) {
      const BatchRow& row = graph_.batch(*batch);
      for (std::uint32_t i = 0; i < row.count; ++i) jobs_.add(row.first + i, entry.index);
    }
  }
  if (entry.refusal) fold_refusal(entry);
}

/// And the batch that the job's tree is in.
void AuditIndex::mention_job(ledger::JobNumber job, std::uint64_t entry) {
  jobs_.add(job, entry);
  while (graph_.row(job).parent != ledger::kNoJob) job = graph_.row(job).parent;
  if (graph_.row(job).batch != kNone) batches_.add(graph_.row(job).batch, entry);
}

/// A refused command is found with the jobs it named, and with those that it was refused for, if
/// they are the team's own. An undo is found with every job of what it was to take back.
void AuditIndex::fold_refusal(const Entry& entry) {
  refused_.add(entry.index);
  if (entry.command.kind == CommandKind::undo_cancel && entry.command.entry) {
    const EntrySet* own = of_team(entry.envelope.actor.team);
    if (own->contains(*entry.command.entry)) {
      cancellations_.note_refused_undo(*entry.command.entry, entry.index);
    }
    if (entry.refusal->code == RefusalCode::moved_on) return;  // these are among them
  }
  auto mention = [&](ledger::JobId id) {
    auto job = graph_.find(entry.envelope.actor.team, id, entry.index);
    if (job) mention_job(*job, entry.index);
    return job;
  };
  for (ledger::JobId id : entry.command.subjects) {
    auto job = mention(id);
    if (job && is_late(entry)) note_late_report(entry, *job);
  }
  for (const ledger::Offender& offender : entry.refusal->offenders) {
    if (auto id = ledger::JobId::parse(offender.id)) mention(*id);
  }
}

void AuditIndex::note_late_report(const Entry& entry, ledger::JobNumber job) {
  if (auto kind = report_kind(entry.command.kind)) {
    late_.insert(late_hash(job, entry.command.lease, *kind));
  }
}

bool AuditIndex::late_report_recorded(ledger::JobNumber job, ledger::LeaseId lease,
                                      ledger::ReportKind kind) const {
  return late_.contains(late_hash(job, lease, kind));
}

const EntrySet* AuditIndex::of_team(std::string_view team) const {
  auto it = by_team_.find(team);
  return it == by_team_.end() ? nullptr : &it->second;
}

const EntrySet* AuditIndex::of_kind(CommandKind kind) const {
  return &by_kind_[static_cast<std::size_t>(kind)];
}

const EntrySet* AuditIndex::of_actor(std::string_view actor) const {
  auto it = by_actor_.find(actor);
  return it == by_actor_.end() ? nullptr : &it->second;
}

const EntrySet* AuditIndex::on_behalf_of(std::string_view person) const {
  auto it = by_person_.find(person);
  return it == by_person_.end() ? nullptr : &it->second;
}

std::vector<std::uint64_t> AuditIndex::mentions_of_job(ledger::JobNumber job,
                                                       std::uint64_t version) const {
  return jobs_.of(job, version);
}

std::vector<std::uint64_t> AuditIndex::entries_of_batch(std::uint32_t batch,
                                                        std::uint64_t version) const {
  return batches_.of(batch, version);
}

void AuditIndex::Mentions::add(std::uint32_t subject, std::uint64_t entry) {
  auto [it, is_new] = newest.try_emplace(subject, kNone);
  if (!is_new && all[it->second].entry == entry) return;
  all.push_back({entry, subject, it->second});
  it->second = static_cast<std::uint32_t>(all.size() - 1);
}

std::vector<std::uint64_t> AuditIndex::Mentions::of(std::uint32_t subject,
                                                    std::uint64_t version) const {
  std::vector<std::uint64_t> entries;
  auto it = newest.find(subject);
  for (std::uint32_t at = it == newest.end() ? kNone : it->second; at != kNone;
       at = all[at].previous) {
    if (all[at].entry < version) entries.push_back(all[at].entry);
  }
  std::reverse(entries.begin(), entries.end());
  return entries;
}

bool AuditIndex::Mentions::rebuild(std::uint32_t subjects, std::uint64_t version) {
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    const Mention& mention = all[i];
    bool is_chained = mention.previous == kNone || mention.previous < i;
    if (mention.subject >= subjects || mention.entry >= version || !is_chained) return false;
    newest[mention.subject] = i;
  }
  return true;
}

AuditIndex::Save AuditIndex::save(std::uint64_t) const {
  return [this, sets = save_sets(), words = cancellations_.words().save(), jobs = jobs_.all.size(),
          batches = batches_.all.size()](ledger::ChunkSink& sink, const Locked& locked) {
    sink.fresh("sets", sets);
    words(sink, locked);
    save_segments("jobs", jobs_.all, jobs, sink, locked);
    save_segments("batches", batches_.all, batches, sink, locked);
  };
}

std::string AuditIndex::save_sets() const {
  Packer out;
  for (const auto* sets : {&by_team_, &by_actor_, &by_person_}) {
    out.number(sets->size());
    for (const auto& [name, set] : *sets) {
      out.text(name);
      set.save(out);
    }
  }
  for (const EntrySet& set : by_kind_) set.save(out);
  refused_.save(out);
  cancellations_.save(out);
  out.number(claims_.size());
  for (const auto& [label, set] : claims_) {
    out.text(label.team);
    out.small(label.by_name);
    out.number(label.tags.size());
    for (const std::string& tag : label.tags) out.text(tag);
    set.save(out);
  }
  std::vector<std::uint64_t> late(late_.begin(), late_.end());
  std::sort(late.begin(), late.end());
  for (std::uint64_t hash : late) out.number(hash);
  return out.take();
}

bool AuditIndex::load_claims(Unpacker& in, std::uint64_t version) {
  for (std::uint64_t left = in.number(); left > 0 && in.ok(); --left) {
    ClaimLabel label;
    label.team = in.text();
    label.by_name = in.small() != 0;
    for (std::uint64_t tags = in.number(); tags > 0 && in.ok(); --tags) {
      label.tags.push_back(in.text());
    }
    if (!claims_[std::move(label)].load(in, version)) return false;
  }
  return in.ok();
}

bool AuditIndex::load_sets(std::string_view bytes, std::uint64_t version) {
  Unpacker in(bytes);
  for (auto* sets : {&by_team_, &by_actor_, &by_person_}) {
    for (std::uint64_t left = in.number(); left > 0 && in.ok(); --left) {
      std::string set_name = in.text();
      if (!(*sets)[set_name].load(in, version)) return false;
    }
  }
  for (EntrySet& set : by_kind_) {
    if (!set.load(in, version)) return false;
  }
  if (!refused_.load(in, version) || !cancellations_.load(in, version) || !load_claims(in, version))
    return false;
  while (in.ok() && !in.at_end()) late_.insert(in.number());
  return in.ok();
}

ledger::Status AuditIndex::load(std::uint64_t version, const ledger::ChunkSource& source) {
  auto sets = source.read("sets");
  bool good = sets && load_sets(*sets, version) && cancellations_.load_words(source, version) &&
              load_segments("jobs", jobs_.all, source) &&
              load_segments("batches", batches_.all, source);
  return good ? ledger::ok() : ledger::Status(ledger::Failure{kUnfit});
}

ledger::Status AuditIndex::derive(std::uint64_t version) {
  bool good =
      jobs_.rebuild(graph_.job_count(), version) && batches_.rebuild(graph_.batch_count(), version);
  return good ? ledger::ok() : ledger::Status(ledger::Failure{kUnfit});
}

void AuditIndex::save_derived(ledger::ChunkSink& sink) const {
  Packer out;
  for (const Mentions* mentions : {&jobs_, &batches_}) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> newest(mentions->newest.begin(),
                                                                mentions->newest.end());
    std::sort(newest.begin(), newest.end());
    out.number(newest.size());
    for (const auto& [subject, at] : newest) {
      out.small(subject);
      out.small(at);
    }
  }
  sink.fresh("newest", out.take());
}

}  // namespace jobledger::projections
