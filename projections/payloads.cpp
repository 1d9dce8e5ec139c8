#include "projections/payloads.h"

#include <map>

#include "ledger/payload.h"

namespace jobledger::projections {

using ledger::Entry;
using ledger::Failure;
using ledger::Result;
using ledger::Status;

namespace {

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

Result<std::vector<StoredPayload>> payloads_of(const Entry& entry, ledger::PayloadCursor& stored) {
  std::vector<StoredPayload> payloads;
  for (const ledger::Event& event : entry.events) {
    if (event.kind != ledger::EventKind::job_submitted) continue;
    Result<std::string_view> row = stored.row(event.subject);
    if (!row) return row.error();
    payloads.push_back({event.subject, std::string(*row)});
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

}  // namespace jobledger::projections
