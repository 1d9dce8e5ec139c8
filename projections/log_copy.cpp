#include "projections/log_copy.h"

#include <map>

#include "ledger/hash.h"
#include "ledger/payload.h"
#include "projections/fits.h"
#include "projections/stored_entry.h"

namespace jobledger::projections {

using ledger::Entry;
using ledger::Failure;
using ledger::Result;
using ledger::Status;

namespace {

constexpr std::size_t kWriteBytes = 4 << 20;  ///< a synced write each

/// The rows of an entry, a root before what hangs below it.
class PayloadCheck {
 public:
  explicit PayloadCheck(const Entry& entry) : entry_(entry) {}

  Status take(const ledger::Event& event, const StoredPayload& payload) {
    auto wrong = [&](const std::string& what) {
      return Failure{"the payload of job " + event.subject.text() + ' ' + what};
    };
    auto row = ledger::parse_payload_row(payload.job, payload.row);
    if (payload.job != event.subject) return wrong("is missing");
    if (!row) return wrong("is damaged");
    redacted_ += row->redacted;
    std::string_view body;
    if (row->slice) {
      auto root = roots_.find(row->slice->root);
      auto [begin, length] = std::pair(row->slice->begin, row->slice->length);
      if (root == roots_.end() || begin > root->second.size() ||
          length > root->second.size() - begin) {
        return wrong("does not lie in that of another");
      }
      body = std::string_view(root->second).substr(begin, length);
    } else {
      body = roots_[payload.job] = std::move(row->body);
    }
    const auto& detail = event.as<ledger::SubmissionDetail>();
    bool same = ledger::payload_hash(entry_.salt, payload.job, body) == detail.payload_hash;
    return same || row->redacted ? ledger::ok() : wrong("is another");
  }

  std::size_t redacted() const { return redacted_; }

 private:
  const Entry& entry_;
  std::map<ledger::JobId, std::string> roots_;
  std::size_t redacted_ = 0;
};

}  // namespace

Result<std::vector<StoredPayload>> payloads_of(const Entry& entry, const ledger::Store& store) {
  std::vector<StoredPayload> payloads;
  for (const ledger::Event& event : entry.events) {
    if (event.kind != ledger::EventKind::job_submitted) continue;
    Result<std::string> row = store.payload(event.subject);
    if (!row) return row.error();
    payloads.push_back({event.subject, std::move(*row)});
  }
  return payloads;
}

Result<std::size_t> check_payloads(const Entry& entry, std::span<const StoredPayload> payloads) {
  PayloadCheck check(entry);
  std::size_t next = 0;
  for (const ledger::Event& event : entry.events) {
    if (event.kind != ledger::EventKind::job_submitted) continue;
    if (next == payloads.size()) {
      return Failure{"the payload of job " + event.subject.text() + " is missing"};
    }
    if (Status taken = check.take(event, payloads[next++]); !taken) return taken.error();
  }
  if (next < payloads.size()) return Failure{"it has payloads of jobs that it does not submit"};
  return check.redacted();
}

LogCopy::LogCopy(ledger::Store& into)
    : into_(into), batch_(into), state_(std::make_unique<State>()) {}

Status LogCopy::take(const Entry& entry, std::string_view bytes,
                     std::span<const StoredPayload> payloads) {
  Status fitting = fits(*state_, entry);
  if (!fitting) return damaged_entry(entry.index, fitting.error().message);
  if (entry.time < last_time_) {
    return damaged_entry(entry.index, "its time is before that of the entry before it");
  }
  batch_.put_entry(entry.index, bytes);
  for (const StoredPayload& payload : payloads) batch_.put_payload(payload.job, payload.row);
  tree_.append(ledger::sha256({bytes}), batch_);
  last_time_ = entry.time;
  state_->fold(entry);
  return batch_.bytes() < kWriteBytes ? ledger::ok() : flush();
}

Status LogCopy::flush() {
  tree_.flush(batch_);
  if (!batch_.empty()) {
    Status written = into_.write(batch_);
    if (!written) return written;
    batch_ = ledger::StoreBatch(into_);
  }
  state_->publish(state_->folded());
  return ledger::ok();
}

}  // namespace jobledger::projections
