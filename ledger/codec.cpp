#include "ledger/codec.h"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <schema/entry.capnp.h>

#include <cstring>

#include "ledger/codec_detail.h"

namespace jobledger::ledger {
namespace {

using codec::text;
using codec::to_string;

/// Enough for the whole message, so that it stays in one segment: 5 words an event and its
/// detail's texts, 8 words of slack a struct.
std::size_t words_for(const Entry& entry) {
  const Envelope& envelope = entry.envelope;
  const Actor& actor = envelope.actor;
  std::size_t bytes = 1024 + actor.team.size() + actor.name.size() + actor.on_behalf_of.size() +
                      actor.address.size() + actor.client.size() +
                      (envelope.idempotency ? envelope.idempotency->key.size() : 0) +
                      envelope.reason.size() + envelope.request_id.size() +
                      envelope.traceparent.size() + entry.rules.output_url_template.size() +
                      entry.command.text.size() + entry.command.subjects.size() * 16;
  for (const std::string& tag : entry.command.tags) bytes += tag.size() + 24;
  for (const std::string& id : entry.command.impossible) bytes += id.size() + 24;
  if (entry.refusal) {
    for (const Offender& offender : entry.refusal->offenders)
      bytes += 88 + offender.id.size() + offender.note.size() + offender.code.size();
  }
  bytes += entry.events.size() * 40;
  for (const Event& event : entry.events) {
    if (event.detail) bytes += codec::size_hint(*event.detail);
  }
  return bytes / 8 + 64;
}

void write_envelope(schema::Entry::Builder out, const Envelope& envelope) {
  const Actor& actor = envelope.actor;
  auto to = out.initActor();
  to.setKind(static_cast<std::uint8_t>(actor.kind));
  to.setScopes(actor.scopes.bits());
  to.setTokenHigh(actor.token.high);
  to.setTokenLow(actor.token.low);
  to.setTeam(text(actor.team));
  to.setName(text(actor.name));
  if (!actor.on_behalf_of.empty()) to.setOnBehalfOf(text(actor.on_behalf_of));
  if (!actor.address.empty()) to.setAddress(text(actor.address));
  if (!actor.client.empty()) to.setClient(text(actor.client));
  to.setConfirmAbove(actor.confirm_above);
  if (!envelope.request_id.empty()) out.setRequestId(text(envelope.request_id));
  if (!envelope.traceparent.empty()) out.setTraceparent(text(envelope.traceparent));
  if (!envelope.reason.empty()) out.setReason(text(envelope.reason));
  if (envelope.idempotency) {
    auto key = out.initIdempotency();
    key.setKey(text(envelope.idempotency->key));
    key.setFingerprint(codec::data(envelope.idempotency->fingerprint));
    key.setExpires(envelope.idempotency->expires);
  }
}

void write_rules(schema::Rules::Builder out, const Rules& rules) {
  out.setMaxJobsPerEntry(rules.max_jobs_per_entry);
  out.setProgressStep(rules.progress_step);
  out.setLeaseSeconds(rules.lease_seconds);
  out.setOnChildError(static_cast<std::uint8_t>(rules.on_child_error));
  out.setIdempotencyTtlMs(rules.idempotency_ttl_ms);
  out.setMaxAttempts(rules.max_attempts);
  if (!rules.output_url_template.empty()) {
    out.setOutputUrlTemplate(text(rules.output_url_template));
  }
}

void write_command(schema::Command::Builder out, const CommandRecord& command) {
  out.setRequested(command.requested);
  out.setNumber(command.number);
  if (!command.subjects.empty()) {
    auto subjects = out.initSubjects(static_cast<unsigned>(command.subjects.size()));
    for (unsigned i = 0; i < subjects.size(); ++i) {
      subjects[i].setHigh(command.subjects[i].high);
      subjects[i].setLow(command.subjects[i].low);
    }
  }
  if (!command.impossible.empty()) {
    codec::write_texts(out.initImpossible(static_cast<unsigned>(command.impossible.size())),
                       command.impossible);
  }
  if (!command.tags.empty()) {
    codec::write_texts(out.initTags(static_cast<unsigned>(command.tags.size())), command.tags);
  }
  if (!command.lease.is_nil()) {
    out.initLease().setHigh(command.lease.high);
    out.getLease().setLow(command.lease.low);
  }
  if (!command.text.empty()) out.setText(text(command.text));
  if (!command.entry && !command.plan && !command.stop_running) return;
  auto more = out.initMore();
  more.setHasEntry(command.entry.has_value());
  more.setEntry(command.entry.value_or(0));
  more.setHasPlan(command.plan.has_value());
  more.setPlan(command.plan.value_or(0));
  more.setStopRunning(command.stop_running);
}

void write_refusal(schema::Entry::Builder out, const Refusal& refusal) {
  out.setRefused(true);
  out.setRefusalCode(static_cast<std::uint8_t>(refusal.code));
  if (refusal.offenders.empty() && refusal.limit == 0) return;
  auto to = out.initRefusal();
  to.setLimit(refusal.limit);
  auto offenders = to.initOffenders(static_cast<unsigned>(refusal.offenders.size()));
  for (unsigned i = 0; i < offenders.size(); ++i) {
    const Offender& offender = refusal.offenders[i];
    offenders[i].setId(text(offender.id));
    offenders[i].setStatus(static_cast<std::uint8_t>(offender.status));
    offenders[i].setHasEntry(offender.entry.has_value());
    offenders[i].setEntry(offender.entry.value_or(0));
    offenders[i].setPlace(offender.place);
    if (!offender.note.empty()) offenders[i].setNote(text(offender.note));
    if (!offender.code.empty()) offenders[i].setCode(text(offender.code));
  }
}

void write_event(schema::Event::Builder out, const Event& event) {
  out.setSubjectHigh(event.subject.high);
  out.setSubjectLow(event.subject.low);
  out.setNumber(event.number);
  out.setVia(event.via);
  out.setKind(static_cast<std::uint8_t>(event.kind));
  out.setCause(static_cast<std::uint8_t>(event.cause));
  out.setBefore(static_cast<std::uint8_t>(event.before));
  out.setAfter(static_cast<std::uint8_t>(event.after));
  if (event.detail) codec::write_detail(out.initDetail(), *event.detail);
}

}  // namespace

std::string encode(const Entry& entry) {
  capnp::MallocMessageBuilder message(static_cast<unsigned>(words_for(entry)));
  auto out = message.initRoot<schema::Entry>();
  out.setIndex(entry.index);
  out.setTime(entry.time);
  std::uint64_t salt[2];
  std::memcpy(salt, entry.salt.data(), sizeof(salt));
  out.setSaltHigh(salt[0]);
  out.setSaltLow(salt[1]);
  out.setRulesVersion(entry.rules_version);
  out.setCommandKind(static_cast<std::uint8_t>(entry.command.kind));
  write_rules(out.initRules(), entry.rules);
  write_envelope(out, entry.envelope);
  write_command(out.initCommand(), entry.command);
  if (entry.refusal) write_refusal(out, *entry.refusal);
  if (!entry.events.empty()) {
    auto events = out.initEvents(static_cast<unsigned>(entry.events.size()));
    for (unsigned i = 0; i < events.size(); ++i) write_event(events[i], entry.events[i]);
  }
  auto segments = message.getSegmentsForOutput();
  std::string bytes;
  if (segments.size() == 1) {
    // The flat format's table of one segment: count less one, then its size in words.
    std::uint32_t table[2] = {0, static_cast<std::uint32_t>(segments[0].size())};
    auto body = segments[0].asBytes();
    bytes.reserve(sizeof(table) + body.size());
    bytes.append(reinterpret_cast<const char*>(table), sizeof(table));
    bytes.append(reinterpret_cast<const char*>(body.begin()), body.size());
  } else {
    auto flat = capnp::messageToFlatArray(segments);
    bytes.assign(reinterpret_cast<const char*>(flat.begin()), flat.asBytes().size());
  }
  return bytes;
}

}  // namespace jobledger::ledger
