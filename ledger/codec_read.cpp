#include <capnp/message.h>
#include <capnp/serialize.h>
#include <schema/entry.capnp.h>

#include <cstring>

#include "ledger/codec.h"
#include "ledger/codec_detail.h"

namespace jobledger::ledger {
namespace {

using codec::to_string;

// Into what is there: whoever decodes one entry after the other need not make its strings anew.

void read_text(capnp::Text::Reader in, std::string& into) {
  into.assign(in.begin(), in.size());
}

void read_envelope(schema::Entry::Reader in, Envelope& into) {
  auto actor = in.getActor();
  into.actor.kind = codec::checked<ActorKind>(actor.getKind(), 3, "actor kind");
  into.actor.scopes = Scopes(actor.getScopes());
  into.actor.token = {actor.getTokenHigh(), actor.getTokenLow()};
  read_text(actor.getTeam(), into.actor.team);
  read_text(actor.getName(), into.actor.name);
  read_text(actor.getOnBehalfOf(), into.actor.on_behalf_of);
  read_text(actor.getAddress(), into.actor.address);
  read_text(actor.getClient(), into.actor.client);
  into.actor.confirm_above = actor.getConfirmAbove();
  read_text(in.getRequestId(), into.request_id);
  read_text(in.getTraceparent(), into.traceparent);
  read_text(in.getReason(), into.reason);
  into.idempotency.reset();
  if (in.hasIdempotency()) {
    auto key = in.getIdempotency();
    into.idempotency = Idempotency{to_string(key.getKey()), codec::read_hash(key.getFingerprint()),
                                   key.getExpires()};
  }
}

void read_rules(schema::Rules::Reader in, Rules& into) {
  into.max_jobs_per_entry = in.getMaxJobsPerEntry();
  into.progress_step = in.getProgressStep();
  into.lease_seconds = in.getLeaseSeconds();
  into.on_child_error = codec::checked<OnChildError>(in.getOnChildError(), 2, "child error rule");
  into.idempotency_ttl_ms = in.getIdempotencyTtlMs();
  read_text(in.getOutputUrlTemplate(), into.output_url_template);
  into.max_attempts = in.getMaxAttempts();
}

void read_command(schema::Entry::Reader entry, CommandRecord& into) {
  into.kind = codec::checked<CommandKind>(entry.getCommandKind(), kCommandKinds, "command kind");
  auto in = entry.getCommand();
  into.requested = in.getRequested();
  into.number = in.getNumber();
  into.subjects.clear();
  for (auto id : in.getSubjects()) into.subjects.push_back({id.getHigh(), id.getLow()});
  into.impossible = codec::read_texts(in.getImpossible());
  into.tags = codec::read_texts(in.getTags());
  into.lease = {in.getLease().getHigh(), in.getLease().getLow()};
  read_text(in.getText(), into.text);
  auto more = in.getMore();
  into.entry.reset();
  into.plan.reset();
  if (more.getHasEntry()) into.entry = more.getEntry();
  if (more.getHasPlan()) into.plan = more.getPlan();
  into.stop_running = more.getStopRunning();
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
void read_frame(schema::Entry::Reader in, Entry& into) {
  into.index = in.getIndex();
  into.time = in.getTime();
  std::uint64_t salt[2] = {in.getSaltHigh(), in.getSaltLow()};
  std::memcpy(into.salt.data(), salt, sizeof(salt));
  into.rules_version = in.getRulesVersion();
  read_rules(in.getRules(), into.rules);
  read_envelope(in, into.envelope);
  read_command(in, into.command);
  into.refusal.reset();
  if (in.getRefused()) into.refusal = read_refusal(in);
}

void read_whole(schema::Entry::Reader in, Entry& into) {
  read_frame(in, into);
  auto events = in.getEvents();
  into.events.clear();
  into.events.reserve(events.size());
  for (auto event : events) into.events.push_back(read_event(event, events.size()));
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

Status decode(std::string_view bytes, Entry& into) {
  return read_bytes(bytes, [&into](schema::Entry::Reader in) {
    read_whole(in, into);
    return std::monostate{};
  });
}

Result<Entry> decode(std::string_view bytes) {
  Entry entry;
  if (Status decoded = decode(bytes, entry); !decoded) return decoded.error();
  return entry;
}

std::optional<std::string> unknown_in(std::string_view bytes) {
  auto unknown = read_bytes(bytes, [](schema::Entry::Reader in) -> std::optional<std::string> {
    if (in.getRulesVersion() > kRulesVersion) {
      return "rules of version " + std::to_string(in.getRulesVersion());
    }
    try {
      Entry entry;
      read_whole(in, entry);
    } catch (const codec::Unknown& value) {
      return std::string("a ") + value.what();
    }
    return std::nullopt;
  });
  return unknown ? *unknown : std::nullopt;
}

Result<EntryHead> decode_head(std::string_view bytes) {
  return read_bytes(bytes, [](schema::Entry::Reader in) {
    EntryHead head;
    head.index = in.getIndex();
    head.time = in.getTime();
    read_envelope(in, head.envelope);
    CommandRecord command;
    read_command(in, command);
    head.stop_entry = command.stop_entry();
    return head;
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
    EntryExcerpt excerpt;
    read_frame(in, excerpt.entry);
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
    read_frame(in, outline.entry);
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
