#include "ledger/codec_detail.h"

#include <cstring>

namespace jobledger::ledger::codec {
namespace {

void write(schema::Detail::Builder out, const SubmissionDetail& detail) {
  auto to = out.initSubmission();
  to.setPriority(detail.priority);
  to.setTotalAssets(detail.total_assets);
  if (detail.batch) {
    to.setHasBatch(true);
    to.setBatchHigh(detail.batch->high);
    to.setBatchLow(detail.batch->low);
    to.setBatchIndex(detail.batch_index);
  }
  if (!detail.template_id.empty()) to.setTemplateId(text(detail.template_id));
  if (!detail.output_url.empty()) to.setOutputUrl(text(detail.output_url));
  if (!detail.tags.empty()) {
    write_texts(to.initTags(static_cast<unsigned>(detail.tags.size())), detail.tags);
  }
  to.setPayloadHash(data(detail.payload_hash));
}

void write(schema::Detail::Builder out, const BatchDetail& detail) {
  auto to = out.initBatch();
  to.setTotal(detail.total);
  if (detail.errors.empty()) return;
  auto errors = to.initErrors(static_cast<unsigned>(detail.errors.size()));
  for (unsigned i = 0; i < errors.size(); ++i) {
    errors[i].setIndex(detail.errors[i].index);
    errors[i].setCode(text(detail.errors[i].code));
    errors[i].setMessage(text(detail.errors[i].message));
  }
}

void write(schema::Detail::Builder out, const ClaimDetail& detail) {
  auto to = out.initClaim();
  to.setLeaseHigh(detail.lease.high);
  to.setLeaseLow(detail.lease.low);
  to.setLeaseSeconds(detail.lease_seconds);
}

void write_link(schema::ProgressLink::Builder out, const ProgressLink& link) {
  out.setProgress(link.progress);
  out.setEntry(link.entry);
}

void write(schema::Detail::Builder out, const ProgressDetail& detail) {
  auto to = out.initProgress();
  to.setProgress(detail.progress);
  write_link(to.initPrevious(), detail.previous);
}

void write(schema::Detail::Builder out, const EndDetail& detail) {
  auto to = out.initEnd();
  if (!detail.output_url.empty()) to.setOutputUrl(text(detail.output_url));
  if (!detail.error.empty()) to.setError(text(detail.error));
  if (detail.progress) write_link(to.initProgress(), *detail.progress);
}

void write(schema::Detail::Builder out, const TokenDetail& detail) {
  auto to = out.initToken();
  to.setTeam(text(detail.team));
  to.setName(text(detail.name));
  to.setScopes(detail.scopes.bits());
  to.setHash(data(detail.hash));
  to.setHasExpiry(detail.expires.has_value());
  to.setExpires(detail.expires.value_or(0));
  to.setConfirmAbove(detail.confirm_above);
}

void write(schema::Detail::Builder out, const KeyDetail& detail) {
  auto to = out.initKey();
  to.setBefore(text(detail.before));
  to.setAfter(text(detail.after));
}

void write(schema::Detail::Builder out, const Restoration& from) {
  auto to = out.initRestoration();
  to.setBackup(text(from.backup));
  to.setTaken(from.taken);
  to.setOrigin(text(from.origin));
  to.setVersion(from.version);
  to.setRoot(data(from.root));
}

void write(schema::Detail::Builder out, const Cut& cut) {
  auto to = out.initCut();
  to.setVersion(cut.version);
  to.setRoot(data(cut.root));
  to.setEntries(cut.entries);
  to.setBytes(cut.bytes);
  to.setDamage(text(cut.damage));
  to.setPutAside(text(cut.put_aside));
}

void write(schema::Detail::Builder out, const WebhookDetail& detail) {
  auto to = out.initWebhook();
  to.setUrl(text(detail.url));
  to.setEvents(detail.events.bits());
}

ProgressLink read(schema::ProgressLink::Reader in) {
  return {in.getProgress(), in.getEntry()};
}

SubmissionDetail read(schema::Submission::Reader in) {
  SubmissionDetail detail;
  detail.priority = in.getPriority();
  detail.total_assets = in.getTotalAssets();
  if (in.getHasBatch()) {
    detail.batch = BatchId{in.getBatchHigh(), in.getBatchLow()};
    detail.batch_index = in.getBatchIndex();
  }
  detail.template_id = to_string(in.getTemplateId());
  detail.output_url = to_string(in.getOutputUrl());
  detail.tags = read_texts(in.getTags());
  detail.payload_hash = read_hash(in.getPayloadHash());
  return detail;
}

BatchDetail read(schema::Batch::Reader in) {
  BatchDetail detail;
  detail.total = in.getTotal();
  for (auto error : in.getErrors()) {
    detail.errors.push_back(
        {error.getIndex(), to_string(error.getCode()), to_string(error.getMessage())});
  }
  return detail;
}

EndDetail read(schema::End::Reader in) {
  EndDetail detail;
  detail.output_url = to_string(in.getOutputUrl());
  detail.error = to_string(in.getError());
  if (in.hasProgress()) detail.progress = read(in.getProgress());
  return detail;
}

TokenDetail read(schema::Token::Reader in) {
  TokenDetail detail;
  detail.team = to_string(in.getTeam());
  detail.name = to_string(in.getName());
  detail.scopes = Scopes(in.getScopes());
  detail.hash = read_hash(in.getHash());
  if (in.getHasExpiry()) detail.expires = in.getExpires();
  detail.confirm_above = in.getConfirmAbove();
  return detail;
}

Restoration read(schema::Restoration::Reader in) {
  return {to_string(in.getBackup()), in.getTaken(), to_string(in.getOrigin()), in.getVersion(),
          read_hash(in.getRoot())};
}

Cut read(schema::Cut::Reader in) {
  return {in.getVersion(), read_hash(in.getRoot()),   in.getEntries(),
          in.getBytes(),   to_string(in.getDamage()), to_string(in.getPutAside())};
}

WebhookDetail read(schema::Webhook::Reader in) {
  WebhookDetail detail{to_string(in.getUrl()), WebhookEvents(in.getEvents())};
  if (!detail.events.known()) throw Unknown("event of a webhook");
  return detail;
}

std::size_t hint(const SubmissionDetail& detail) {
  std::size_t bytes =
      40 + 4 * 8 + 32 + detail.template_id.size() + detail.output_url.size() + 3 * 8;
  for (const std::string& tag : detail.tags) bytes += tag.size() + 16;
  return bytes;
}
std::size_t hint(const BatchDetail& detail) {
  std::size_t bytes = 64;
  for (const BatchItemError& error : detail.errors) {
    bytes += 48 + error.code.size() + error.message.size();
  }
  return bytes;
}
std::size_t hint(const EndDetail& detail) {
  return 64 + detail.output_url.size() + detail.error.size();
}
std::size_t hint(const TokenDetail& detail) {
  return 128 + detail.team.size() + detail.name.size();
}
std::size_t hint(const KeyDetail& detail) {
  return 48 + detail.before.size() + detail.after.size();
}
std::size_t hint(const Restoration& from) {
  return 128 + from.backup.size() + from.origin.size();
}
std::size_t hint(const Cut& cut) {
  return 128 + cut.damage.size() + cut.put_aside.size();
}
std::size_t hint(const WebhookDetail& detail) {
  return 48 + detail.url.size();
}
template <typename Small>
std::size_t hint(const Small&) {
  return 64;
}

template <typename Wanted>
void want(const Event& event) {
  if (!event.as_if<Wanted>()) throw Malformed("detail for the kind of its event");
}

}  // namespace

Sha256 read_hash(capnp::Data::Reader in) {
  Sha256 hash{};
  if (in.size() != hash.size()) throw Malformed("length of a hash");
  std::memcpy(hash.data(), in.begin(), hash.size());
  return hash;
}

void write_texts(capnp::List<capnp::Text>::Builder out, const std::vector<std::string>& texts) {
  for (unsigned i = 0; i < out.size(); ++i) out.set(i, text(texts[i]));
}

std::vector<std::string> read_texts(capnp::List<capnp::Text>::Reader in) {
  std::vector<std::string> texts;
  texts.reserve(in.size());
  for (auto value : in) texts.push_back(to_string(value));
  return texts;
}

std::size_t size_hint(const Detail& detail) {
  return 16 + std::visit([](const auto& value) { return hint(value); }, detail);
}

void write_detail(schema::Detail::Builder out, const Detail& detail) {
  std::visit([&](const auto& value) { write(out, value); }, detail);
}

std::shared_ptr<const Detail> read_detail(schema::Detail::Reader in) {
  switch (in.which()) {
    case schema::Detail::SUBMISSION:
      return make_detail<Detail>(read(in.getSubmission()));
    case schema::Detail::BATCH:
      return make_detail<Detail>(read(in.getBatch()));
    case schema::Detail::CLAIM: {
      auto claim = in.getClaim();
      return make_detail<Detail>(
          ClaimDetail{{claim.getLeaseHigh(), claim.getLeaseLow()}, claim.getLeaseSeconds()});
    }
    case schema::Detail::PROGRESS:
      return make_detail<Detail>(
          ProgressDetail{in.getProgress().getProgress(), read(in.getProgress().getPrevious())});
    case schema::Detail::END:
      return make_detail<Detail>(read(in.getEnd()));
    case schema::Detail::TOKEN:
      return make_detail<Detail>(read(in.getToken()));
    case schema::Detail::KEY:
      return make_detail<Detail>(
          KeyDetail{to_string(in.getKey().getBefore()), to_string(in.getKey().getAfter())});
    case schema::Detail::RESTORATION:
      return make_detail<Detail>(read(in.getRestoration()));
    case schema::Detail::CUT:
      return make_detail<Detail>(read(in.getCut()));
    case schema::Detail::WEBHOOK:
      return make_detail<Detail>(read(in.getWebhook()));
  }
  throw Unknown("kind of detail");
}

void check_detail(const Event& event) {
  switch (event.kind) {
    case EventKind::job_submitted:
      return want<SubmissionDetail>(event);
    case EventKind::batch_submitted:
      return want<BatchDetail>(event);
    case EventKind::job_claimed:
      return want<ClaimDetail>(event);
    case EventKind::job_progressed:
      return want<ProgressDetail>(event);
    case EventKind::job_finished:
    case EventKind::job_failed:
    case EventKind::job_requeued:
      return want<EndDetail>(event);
    case EventKind::token_created:
      return want<TokenDetail>(event);
    case EventKind::key_rotated:
      return want<KeyDetail>(event);
    case EventKind::ledger_restored:
      return want<Restoration>(event);
    case EventKind::ledger_cut:
      return want<Cut>(event);
    case EventKind::webhook_created:
    case EventKind::webhook_deleted:
      return want<WebhookDetail>(event);
    case EventKind::job_cancelled:
    case EventKind::cancel_skipped:
    case EventKind::job_unblocked:
    case EventKind::token_revoked:
    case EventKind::stop_requested:
    case EventKind::stop_withdrawn:
    case EventKind::job_reinstated:
      return;
  }
}

}  // namespace jobledger::ledger::codec
