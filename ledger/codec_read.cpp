#include <capnp/message.h>
#include <capnp/serialize.h>
#include <schema/entry.capnp.h>

#include <cstring>

#include "ledger/codec.h"
#include "ledger/codec_detail.h"

namespace jobledger::ledger {
namespace {

using codec::to_string;

Envelope read_envelope(schema::Entry::Reader in) {
  Envelope envelope;
  auto actor = in.getActor();
  envelope.actor.kind = codec::checked<ActorKind>(actor.getKind(), 3, "actor kind");
  envelope.actor.scopes = Scopes(actor.getScopes());
  envelope.actor.token = {actor.getTokenHigh(), actor.getTokenLow()};
  envelope.actor.team = to_string(actor.getTeam());
  envelope.actor.name = to_string(actor.getName());
  envelope.actor.on_behalf_of = to_string(actor.getOnBehalfOf());
  envelope.actor.address = to_string(actor.getAddress());
  envelope.actor.client = to_string(actor.getClient());
  envelope.actor.confirm_above = actor.getConfirmAbove();
  envelope.request_id = to_string(in.getRequestId());
  envelope.traceparent = to_string(in.getTraceparent());
  envelope.reason = to_string(in.getReason());
  if (in.hasIdempotency()) {
    auto key = in.getIdempotency();
    envelope.idempotency = Idempotency{to_string(key.getKey()),
                                       codec::read_hash(key.getFingerprint()), key.getExpires()};
  }
  return envelope;
}

Rules read_rules(schema::Rules::Reader in) {
  Rules rules;
  rules.max_jobs_per_entry = in.getMaxJobsPerEntry();
  rules.progress_step = in.getProgressStep();
  rules.lease_seconds = in.getLeaseSeconds();
  rules.on_child_error = codec::checked<OnChildError>(in.getOnChildError(), 2, "child error rule");
  rules.idempotency_ttl_ms = in.getIdempotencyTtlMs();
  rules.output_url_template = to_string(in.getOutputUrlTemplate());
  rules.max_attempts = in.getMaxAttempts();
  return rules;
}

CommandRecord read_command(schema::Entry::Reader entry) {
  CommandRecord command;
  command.kind = codec::checked<CommandKind>(entry.getCommandKind(), kCommandKinds, "command kind");
  auto in = entry.getCommand();
  command.requested = in.getRequested();
  command.number = in.getNumber();
  for (auto id : in.getSubjects()) command.subjects.push_back({id.getHigh(), id.getLow()});
  command.impossible = codec::read_texts(in.getImpossible());
  command.tags = codec::read_texts(in.getTags());
  command.lease = {in.getLease().getHigh(), in.getLease().getLow()};
  command.text = to_string(in.getText());
  auto more = in.getMore();
  if (more.getHasEntry()) command.entry = more.getEntry();
  if (more.getHasPlan()) command.plan = more.getPlan();
  command.stop_running = more.getStopRunning();
  return command;
}

Refusal read_refusal(schema::Entry::Reader entry) {
  Refusal refusal;
  refusal.code = codec::checked<RefusalCode>(entry.getRefusalCode(), kRefusalCodes, "refusal code");
  auto in = entry.getRefusal();
  refusal.limit = in.getLimit();
  for (auto from : in.getOffenders()) {
    Offender& offender = refusal.offenders.emplace_back();
    offender.id = to_string(from.getId());
    offender.status = codec::checked<JobStatus>(from.getStatus(), kStatusCount, "status");
    if (from.getHasEntry()) offender.entry = from.getEntry();
    offender.place = from.getPlace();
    offender.note = to_string(from.getNote());
    offender.code = to_string(from.getCode());
  }
  return refusal;
}

Event read_event(schema::Event::Reader in, std::size_t count) {
  Event event;
  event.subject = {in.getSubjectHigh(), in.getSubjectLow()};
  event.number = in.getNumber();
  event.via = in.getVia();
  event.kind = codec::checked<EventKind>(in.getKind(), kEventKinds, "event kind");
  event.cause = codec::checked<Cause>(in.getCause(), kCauses, "cause");
  event.before = codec::checked<JobStatus>(in.getBefore(), kStatusCount, "status");
  event.after = codec::checked<JobStatus>(in.getAfter(), kStatusCount, "status");
  if (event.via != kNoPlace && event.via >= count) throw codec::Malformed("event place");
  if (in.hasDetail()) event.detail = codec::read_detail(in.getDetail());
  codec::check_detail(event);
  return event;
}

/// All of it but the events.
Entry read_frame(schema::Entry::Reader in) {
  Entry entry;
  entry.index = in.getIndex();
  entry.time = in.getTime();
  std::uint64_t salt[2] = {in.getSaltHigh(), in.getSaltLow()};
  std::memcpy(entry.salt.data(), salt, sizeof(salt));
  entry.rules_version = in.getRulesVersion();
  entry.rules = read_rules(in.getRules());
  entry.envelope = read_envelope(in);
  entry.command = read_command(in);
  if (in.getRefused()) entry.refusal = read_refusal(in);
  return entry;
}

Entry read_entry(schema::Entry::Reader in) {
  Entry entry = read_frame(in);
  auto events = in.getEvents();
  entry.events.reserve(events.size());
  for (auto event : events) entry.events.push_back(read_event(event, events.size()));
  return entry;
}

/// The words of the entry: in place, if they are aligned as Cap'n Proto wants them. A value of
/// RocksDB is not, a string that keeps one is.
kj::ArrayPtr<const capnp::word> words_of(std::string_view bytes) {
  const void* from = bytes.data();
  if (reinterpret_cast<std::uintptr_t>(from) % alignof(capnp::word) != 0) {
    thread_local std::vector<std::uint64_t> aligned;
    aligned.resize(bytes.size() / sizeof(std::uint64_t));
    std::memcpy(aligned.data(), bytes.data(), bytes.size());
    from = aligned.data();
  }
  return kj::arrayPtr(static_cast<const capnp::word*>(from), bytes.size() / sizeof(capnp::word));
}

/// What `read` makes of the entry, which reads no more of it than it needs.
template <typename Read>
auto read_bytes(std::string_view bytes, Read read)
    -> Result<decltype(read(std::declval<schema::Entry::Reader>()))> {
  if (bytes.empty() || bytes.size() % sizeof(capnp::word) != 0) {
    return Failure{"its length is not that of an entry"};
  }
  auto words = words_of(bytes);
  capnp::ReaderOptions limits;
  limits.traversalLimitInWords = 64 * words.size() + 1024;
  limits.nestingLimit = 16;
  try {
    capnp::FlatArrayMessageReader message(words, limits);
    return read(message.getRoot<schema::Entry>());
  } catch (const codec::Malformed& malformed) {
    return Failure{std::string("it holds an unknown ") + malformed.what()};
  } catch (const kj::Exception& exception) {
    return Failure{std::string("it does not decode: ") + exception.getDescription().cStr()};
  }
}

}  // namespace

Result<Entry> decode(std::string_view bytes) {
  return read_bytes(bytes, read_entry);
}

Result<EntryHead> decode_head(std::string_view bytes) {
  return read_bytes(bytes, [](schema::Entry::Reader in) {
    return EntryHead{in.getIndex(), in.getTime(), read_envelope(in), read_command(in).stop_entry()};
  });
}

Result<Event> decode_event(std::string_view bytes, std::size_t place) {
  return read_bytes(bytes, [place](schema::Entry::Reader in) {
    auto events = in.getEvents();
    if (place >= events.size()) throw codec::Malformed("event place");
    return read_event(events[static_cast<unsigned>(place)], events.size());
  });
}

Result<EntryExcerpt> decode_excerpt(std::string_view bytes, JobNumber job) {
  return read_bytes(bytes, [job](schema::Entry::Reader in) {
    EntryExcerpt excerpt{read_frame(in), {}};
    auto events = in.getEvents();
    for (auto from : events) {
      if (from.getNumber() != job) continue;
      auto& item = excerpt.events.emplace_back();
      item.event = read_event(from, events.size());
      if (item.event.via == kNoPlace) continue;
      auto via = events[item.event.via];
      item.via = Ulid{via.getSubjectHigh(), via.getSubjectLow()};
    }
    return excerpt;
  });
}

Result<EntryOutline> decode_outline(std::string_view bytes) {
  return read_bytes(bytes, [](schema::Entry::Reader in) {
    EntryOutline outline;
    outline.entry = read_frame(in);
    const CommandRecord& command = outline.entry.command;
    std::uint32_t named = command.subjects.empty() ? command.requested : 0;
    for (auto event : in.getEvents()) {
      auto kind = codec::checked<EventKind>(event.getKind(), kEventKinds, "event kind");
      ++outline.counts[static_cast<std::size_t>(kind)];
      if (outline.requested.size() < named) {
        outline.requested.push_back({event.getSubjectHigh(), event.getSubjectLow()});
      }
    }
    return outline;
  });
}

}  // namespace jobledger::ledger
