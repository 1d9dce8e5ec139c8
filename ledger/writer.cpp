#include "ledger/writer.h"

#include <algorithm>

#include "ledger/codec.h"
#include "ledger/hash.h"
#include "ledger/payload.h"

namespace jobledger::ledger {
namespace {

/// Payload rows come in the order of creation, a root before what hangs below it.
void put_payloads(const Decision& decision, std::string_view body, StoreBatch& batch) {
  std::vector<const PayloadSlice*> roots;
  for (const PayloadSlice& slice : decision.payloads) {
    if (slice.job == slice.root) roots.push_back(&slice);
  }
  auto root_of = [&](const PayloadSlice& slice) {
    return *std::lower_bound(roots.begin(), roots.end(), slice.root,
                             [](const PayloadSlice* a, JobId id) { return a->job < id; });
  };
  for (const PayloadSlice& slice : decision.payloads) {
    const PayloadSlice* root = slice.job == slice.root ? &slice : root_of(slice);
    batch.put_payload(slice.job, payload_row(slice, *root, body));
  }
}

/// A batch that failed is answered 400, which uses no key; and who may not ask must not use one up
/// for others of the team.
bool uses_key(RefusalCode code) {
  return code != RefusalCode::batch_failed && code != RefusalCode::insufficient_scope;
}

}  // namespace

Writer::Writer(Store& store, WriterState& state, HashTree tree, TimeMs last_time, Clock& clock,
               IdSource& ids)
    : store_(store),
      state_(state),
      tree_(std::move(tree)),
      last_time_(last_time),
      clock_(clock),
      ids_(ids) {}

PreparedGroup Writer::prepare(std::span<Submission> group) {
  PreparedGroup prepared(store_);
  extend(prepared, group);
  close(prepared);
  return prepared;
}

void Writer::extend(PreparedGroup& prepared, std::span<Submission> more) {
  if (prepared.receipts.empty()) prepared.first = tree_.size();
  for (Submission& submission : more) {
    prepared.receipts.push_back(take(submission, prepared));
  }
}

void Writer::close(PreparedGroup& prepared) {
  tree_.flush(prepared.batch);
  prepared.version = tree_.size();
}

std::optional<Receipt> Writer::repeat_of(const Envelope& envelope, TimeMs now) const {
  if (!envelope.idempotency) return std::nullopt;
  auto earlier = state_.find_key(envelope.actor.team, envelope.idempotency->key, now);
  if (!earlier) return std::nullopt;
  Receipt receipt;
  if (earlier->fingerprint != envelope.idempotency->fingerprint) {
    receipt.version = tree_.size();
    receipt.refusal = Refusal{RefusalCode::key_reused, {}, 0};
    return receipt;
  }
  receipt.version = earlier->index + 1;
  receipt.recorded = true;
  receipt.replayed = true;
  return receipt;
}

Receipt Writer::take(Submission& submission, PreparedGroup& group) {
  // Marked before the clock is asked: who sees no mark and a later clock knows that this entry will
  // be later, too.
  undecided_since_ = std::numeric_limits<TimeMs>::min();
  last_time_ = std::max(last_time_, clock_.now());
  undecided_since_ = last_time_;
  Receipt receipt = decide_at(last_time_, submission, group);
  undecided_since_ = kNothingUndecided;
  return receipt;
}

Receipt Writer::decide_at(TimeMs now, Submission& submission, PreparedGroup& group) {
  // Only who may ask gets the answer that another got.
  if (!missing_scope(submission.command, submission.envelope.actor)) {
    if (auto repeat = repeat_of(submission.envelope, now)) return *repeat;
  }

  auto entry = std::make_shared<Entry>();
  entry->salt = ids_.next_salt();
  DecideContext context{rules_, submission.envelope.actor, now, entry->salt, submission.body, ids_};
  Decision decision = decide(state_.jobs(), submission.command, context);
  Receipt receipt;
  receipt.refusal = decision.refusal;
  receipt.version = tree_.size();
  if (!decision.recorded) return receipt;

  entry->index = tree_.size();
  entry->time = now;
  entry->rules = rules_;
  entry->envelope = std::move(submission.envelope);
  if (decision.refusal && !uses_key(decision.refusal->code)) {
    entry->envelope.idempotency.reset();
  }
  if (entry->envelope.idempotency) {
    entry->envelope.idempotency->expires = now + rules_.idempotency_ttl_ms;
  }
  entry->command = record_of(submission.command, decision);
  put_payloads(decision, submission.body, group.batch);
  entry->refusal = std::move(decision.refusal);
  entry->events = std::move(decision.events);

  std::string bytes = encode(*entry);
  group.batch.put_entry(entry->index, bytes);
  tree_.append(sha256({bytes}), group.batch);
  state_.fold(*entry);
  receipt.version = tree_.size();
  receipt.recorded = true;
  receipt.entry = std::move(entry);
  return receipt;
}

Status Writer::append(PreparedGroup& group) {
  if (!group.batch.empty()) {
    Status written = store_.write(group.batch);
    if (!written) return written;
  }
  state_.publish(group.version);
  return ok();
}

Status Writer::resume(std::deque<PreparedGroup>& groups,
                      const std::function<void(const PreparedGroup&)>& done) {
  std::size_t bytes = 0;
  for (const PreparedGroup& group : groups) bytes += group.batch.bytes();
  if (Status opened = store_.reopen(bytes); !opened) return opened;
  auto head = store_.entry_count();
  if (!head) return head.error();
  const std::uint64_t durable = groups.empty() ? tree_.size() : groups.front().first;
  if (*head < durable) {
    return Failure{"the log ends at entry " + std::to_string(*head) + ", and what was durable at " +
                   std::to_string(durable)};
  }
  for (; !groups.empty(); groups.pop_front()) {
    PreparedGroup& group = groups.front();
    if (group.first < *head && *head < group.version) {
      return Failure{"the log ends at entry " + std::to_string(*head) +
                     ", within a group that is written whole or not at all"};
    }
    if (group.first < group.version && group.version <= *head) {
      state_.publish(group.version);
    } else if (Status appended = append(group); !appended) {
      return appended;
    }
    done(group);
  }
  return ok();
}

Result<std::vector<Receipt>> Writer::commit(std::span<Submission> group) {
  PreparedGroup prepared = prepare(group);
  Status appended = append(prepared);
  if (!appended) return appended.error();
  return std::move(prepared.receipts);
}

}  // namespace jobledger::ledger
