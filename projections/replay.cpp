#include "projections/replay.h"

#include <algorithm>

#include "ledger/codec.h"
#include "ledger/hash.h"
#include "projections/fits.h"
#include "projections/outcome.h"
#include "projections/redecider.h"
#include "projections/stored_entry.h"

namespace jobledger::projections {

using ledger::CommandKind;
using ledger::Entry;
using ledger::Failure;
using ledger::Result;
using ledger::Status;

namespace {

constexpr std::uint64_t kProgressStep = 1 << 4;  ///< entries may be large

/// Goes through the log once: copies, then decides again, then looks for tokens.
class Replayer {
 public:
  Replayer(const ledger::Store& from, ledger::Store& into, const ReplayRequest& request,
           const RecoveryReport& report)
      : from_(from),
        into_(into),
        request_(request),
        report_(report),
        leaves_(from),
        payloads_(from),
        copy_(into) {}

  Result<Replay> run() {
    Result<std::uint64_t> count = from_.entry_count();
    if (!count) return count.error();
    if (Status sound = check_request(*count); !sound) return sound.error();
    if (request_.without.empty()) begin_deciding_at_ = request_.until;
    ReadAhead log(from_, 0, *count, ReadDepth::entries);
    while (ReadEntry* read = log.next()) {
      if (read->index % kProgressStep == 0) report_.progress({read->index, *count});
      status_ = take(*read);
      if (!status_) return status_.error();
    }
    if (Status whole = log.status(); !whole) return whole.error();
    if (!begin_deciding()) return status_.error();
    return finish();
  }

 private:
  Status check_request(std::uint64_t count) {
    if (request_.until > count) {
      return Failure{"the ledger ends at version " + std::to_string(count) + ", before " +
                     std::to_string(request_.until)};
    }
    for (std::uint64_t index : request_.without) {
      if (index >= request_.until) {
        return Failure{"entry " + std::to_string(index) +
                       " cannot be left out: the replayed history has entries 0 to " +
                       std::to_string(request_.until) + ", the last excluded"};
      }
      begin_deciding_at_ = std::min(begin_deciding_at_, index);
    }
    return ledger::ok();
  }

  Status take(const ReadEntry& read) {
    Result<const Entry*> stored = stored_entry(read, leaves_);
    if (!stored) return stored.error();
    const Entry* entry = *stored;
    std::uint64_t index = read.index;
    if (index < request_.until) result_.time = entry->time;
    if (index < begin_deciding_at_) return copy(*entry, read.bytes);
    if (!begin_deciding()) return status_;
    return index < request_.until ? decide(*entry) : bring_along(*entry);
  }

  Status copy(const Entry& entry, std::string_view bytes) {
    Result<std::vector<StoredPayload>> payloads = payloads_of(entry, payloads_);
    if (!payloads) return payloads.error();
    Status taken = copy_.take(entry, bytes, *payloads);
    if (taken && compares()) before_.fold_stored(entry);
    return taken;
  }

  /// From here on the copy goes its own way.
  bool begin_deciding() {
    if (decider_) return true;
    status_ = copy_.flush();
    if (status_) decider_.emplace(from_, into_, copy_);
    return status_.has_value();
  }

  bool is_left_out(std::uint64_t index) const {
    const auto& without = request_.without;
    return std::find(without.begin(), without.end(), index) != without.end();
  }

  /// A refusal speaks of indexes and versions of the new ledger.
  static ledger::Receipt in_words_of(const Entry& was, ledger::Receipt now) {
    if (!now.refusal) return now;
    bool names_entry = now.refusal->code == ledger::RefusalCode::cancellation_not_found ||
                       now.refusal->code == ledger::RefusalCode::nothing_to_undo;
    if (names_entry && was.command.entry && !now.refusal->offenders.empty()) {
      now.refusal->offenders.front().id = std::to_string(*was.command.entry);
    }
    if (now.refusal->code == ledger::RefusalCode::plan_changed && was.command.plan) {
      now.refusal->limit = *was.command.plan;
    }
    return now;
  }

  /// In the indexes of the original, which is what its reader knows.
  std::string why(const Entry& was, const ledger::Receipt& now) const {
    bool undid_nothing = was.command.kind == CommandKind::undo_cancel && was.command.entry &&
                         is_left_out(*was.command.entry);
    if (!undid_nothing) return why_otherwise(was, in_words_of(was, now));
    return "it undid entry " + std::to_string(*was.command.entry) + ", which is left out";
  }

  Status decide(const Entry& entry) {
    if (Status fitting = fits(before_, entry); !fitting) {
      return damaged_entry(entry.index, fitting.error().message);
    }
    before_.fold_stored(entry);
    if (is_left_out(entry.index)) {
      result_.left_out.push_back({entry.index, entry.command.kind, outcome_in_words(entry)});
      decider_->leave_out();
      return ledger::ok();
    }
    Result<ledger::Receipt> receipt = decider_->decide(entry);
    if (!receipt) return receipt.error();
    ++result_.decided;
    if (receipt->entry && same_outcome(entry, *receipt->entry)) return ledger::ok();
    result_.otherwise.push_back({entry.index, decider_->map().index(entry.index),
                                 entry.command.kind, outcome_in_words(entry),
                                 outcome_in_words(*receipt), why(entry, *receipt)});
    return ledger::ok();
  }

  Status bring_along(const Entry& entry) {
    end_of_history();
    bool of_token = entry.command.kind == CommandKind::create_token ||
                    entry.command.kind == CommandKind::revoke_token;
    if (!of_token || entry.events.empty() || !is_of_known_token(entry)) return ledger::ok();
    Result<ledger::Receipt> receipt = decider_->decide(entry);
    if (!receipt) return receipt.error();
    if (!receipt->entry) return ledger::ok();
    const auto* token = entry.events.front().as_if<ledger::TokenDetail>();
    result_.tokens.push_back({entry.index, receipt->entry->index, entry.command.kind,
                              entry.events.front().subject, token ? token->name : ""});
    return ledger::ok();
  }

  /// A token that was left out has nothing to be revoked.
  bool is_of_known_token(const Entry& entry) {
    return entry.command.kind == CommandKind::create_token ||
           decider_->state().tokens().find(entry.events.front().subject);
  }

  void end_of_history() {
    if (result_.map.size() < request_.until) result_.map = decider_->map();
  }

  Result<Replay> finish() {
    end_of_history();
    if (Status flushed = decider_->flush(); !flushed) return flushed.error();
    if (compares()) compare_jobs();
    State& state = decider_->state();
    result_.version = state.version();
    auto tree = ledger::HashTree::load(into_, result_.version);
    if (!tree) return tree.error();
    result_.root = ledger::to_hex(ledger::bytes_of(tree->root()));
    auto saved = Snapshots(into_).save(state);
    if (!saved) return saved.error();
    return std::move(result_);
  }

  /// Only where something is left out can anything come out otherwise.
  bool compares() const { return !request_.without.empty(); }

  void compare_jobs() {
    const JobGraph& before = before_.graph();
    const JobGraph& after = decider_->state().graph();
    for (ledger::JobNumber job = 0; job < before.job_count(); ++job) {
      ledger::JobId id = before.row(job).id;
      ledger::JobStatus was = before.last_change(job).status;
      const std::string& team = before.labels().team_name(before.team_of(job));
      auto there = after.find(team, id, ~std::uint64_t{0});
      ledger::JobStatus is = there ? after.last_change(*there).status : ledger::JobStatus::none;
      if (was != is) result_.jobs.push_back({id, was, is});
    }
  }

  const ledger::Store& from_;
  ledger::Store& into_;
  const ReplayRequest& request_;
  const RecoveryReport& report_;
  ledger::LeafReader leaves_;
  ledger::PayloadCursor payloads_;
  LogCopy copy_;
  State before_;  ///< of the history as it was; folded only if it is to be compared
  std::optional<Redecider> decider_;
  std::uint64_t begin_deciding_at_ = ~std::uint64_t{0};
  Status status_ = ledger::ok();
  Replay result_;
};

}  // namespace

Result<std::uint64_t> version_at(const ledger::Store& store, ledger::TimeMs time) {
  Result<std::uint64_t> count = store.entry_count();
  if (!count) return count.error();
  std::uint64_t first = 0;
  std::uint64_t last = *count;
  while (first < last) {
    std::uint64_t middle = first + (last - first) / 2;
    Result<std::string> bytes = store.entry(middle);
    if (!bytes) return bytes.error();
    Result<ledger::EntryHead> head = ledger::decode_head(*bytes);
    if (!head) return damaged_entry(middle, head.error().message);
    head->time <= time ? first = middle + 1 : last = middle;
  }
  if (first > 0) return first;
  return Failure{"nothing had happened at " + ledger::to_rfc3339(time) +
                 ": name a time at or after that of the first entry, or a version"};
}

Result<Replay> replay(const ledger::Store& from, ledger::Store& into, const ReplayRequest& request,
                      const RecoveryReport& report) {
  return Replayer(from, into, request, report).run();
}

}  // namespace jobledger::projections
