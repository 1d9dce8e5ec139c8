#include "projections/payloads.h"

#include <functional>
#include <map>
#include <optional>

#include "ledger/payload.h"

namespace jobledger::projections {

using ledger::Entry;
using ledger::Failure;
using ledger::Result;
using ledger::Status;

namespace {

/// Finds the row of the root of a job.
using FindRoot = std::function<Result<std::string_view>(ledger::JobId)>;

/// The payloads of an entry, which come a root before what hangs below it.
class PayloadCheck {
 public:
  PayloadCheck(const Entry& entry, FindRoot find_root)
      : entry_(entry), find_root_(std::move(find_root)) {}

  Status take(const ledger::Event& event, std::string_view bytes) {
    auto row = ledger::parse_payload_row(event.subject, bytes);
    if (!row) return wrong(event, "is damaged");
    redacted_ += row->redacted;
    std::string_view body = row->body;
    if (row->slice) {
      if (Status found = find(row->slice->root); !found) return found;
      auto [begin, length] = std::pair(row->slice->begin, row->slice->length);
      if (begin > root_.size() || length > root_.size() - begin) {
        return wrong(event, "does not lie in that of another");
      }
      body = std::string_view(root_).substr(begin, length);
    }
    const auto& detail = event.as<ledger::SubmissionDetail>();
    bool same = ledger::payload_hash(entry_.salt, event.subject, body) == detail.payload_hash;
    return same || row->redacted ? ledger::ok() : wrong(event, "is another");
  }

  static Failure wrong(const ledger::Event& event, const std::string& what) {
    return {"the payload of job " + event.subject.text() + ' ' + what};
  }

  std::size_t redacted() const { return redacted_; }

 private:
  /// The body of that root; siblings ask for the same.
  Status find(ledger::JobId root) {
    if (found_ && *found_ == root) return ledger::ok();
    Result<std::string_view> bytes = find_root_(root);
    if (!bytes) return bytes.error();
    auto row = ledger::parse_payload_row(root, *bytes);
    if (!row || row->slice) return Failure{"the payload of job " + root.text() + " is damaged"};
    root_ = std::move(row->body);
    found_ = root;
    return ledger::ok();
  }

  const Entry& entry_;
  const FindRoot find_root_;
  std::optional<ledger::JobId> found_;
  std::string root_;  ///< body of the one that was found last
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
  std::map<ledger::JobId, std::string_view> rows;
  for (const StoredPayload& payload : payloads) rows.emplace(payload.job, payload.row);
  PayloadCheck check(entry, [&](ledger::JobId root) -> Result<std::string_view> {
    auto row = rows.find(root);
    if (row != rows.end()) return row->second;
    return Failure{"the payload of job " + root.text() + ", which others lie in, is missing"};
  });
  std::size_t next = 0;
  for (const ledger::Event& event : entry.events) {
    if (event.kind != ledger::EventKind::job_submitted) continue;
    if (next == payloads.size() || payloads[next].job != event.subject) {
      return PayloadCheck::wrong(event, "is missing");
    }
    if (Status taken = check.take(event, payloads[next++].row); !taken) return taken.error();
  }
  if (next < payloads.size()) return Failure{"it has payloads of jobs that it does not submit"};
  return check.redacted();
}

Result<std::size_t> StoredPayloadCheck::check(const Entry& entry) {
  PayloadCheck check(entry, [this](ledger::JobId root) { return roots_.row(root); });
  for (const ledger::Event& event : entry.events) {
    if (event.kind != ledger::EventKind::job_submitted ||
        !event.as_if<ledger::SubmissionDetail>()) {
      continue;  // without its detail it does not fit, which is said elsewhere
    }
    Result<std::string_view> row = rows_.row(event.subject);
    if (!row) return row.error();
    if (Status taken = check.take(event, *row); !taken) return taken.error();
  }
  return check.redacted();
}

}  // namespace jobledger::projections
