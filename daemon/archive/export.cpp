#include "daemon/archive/export.h"

#include <map>
#include <ostream>

#include "daemon/archive/redaction.h"
#include "ledger/hash.h"
#include "ledger/hash_tree.h"
#include "ledger/payload.h"
#include "projections/stored_entry.h"

namespace jobledger::daemon::archive {

using ledger::Failure;
using ledger::PayloadRow;
using ledger::Result;
using ledger::Status;
using projections::StoredPayload;

namespace {

constexpr std::uint64_t kProgressStep = 1 << 4;  ///< entries may be large

/// The rows of one entry, a root before what lies in its body.
class Redactor {
 public:
  explicit Redactor(const Redaction::Names& names) : names_(names) {}

  /// False if the row is none.
  bool redact(StoredPayload& payload) {
    auto row = ledger::parse_payload_row(payload.job, payload.row);
    if (!row) return false;
    if (row->slice) {
      auto root = roots_.find(row->slice->root);
      if (root == roots_.end()) return false;
      Redaction::Part part = root->second->redaction.part(row->slice->begin, row->slice->length);
      row->slice->begin = part.begin;
      row->slice->length = part.length;
      row->redacted = row->redacted || part.redacted;
    } else {
      auto root = std::make_unique<Root>(std::move(row->body), names_);
      row->body = root->redaction.text();
      row->redacted = row->redacted || root->redaction.any();
      roots_[payload.job] = std::move(root);
    }
    payload.row = ledger::write_payload_row(*row);
    return true;
  }

 private:
  struct Root {
    Root(std::string of, const Redaction::Names& names)
        : body(std::move(of)), redaction(body, names) {}
    std::string body;
    Redaction redaction;
  };
  const Redaction::Names& names_;
  std::map<ledger::JobId, std::unique_ptr<Root>> roots_;
};

class Exporter {
 public:
  Exporter(const ledger::Store& store, const Payloads& wanted, std::ostream& out)
      : wanted_(wanted), out_(out), leaves_(store), stored_(store) {}

  Status write(const projections::ReadEntry& read) {
    auto stored = projections::stored_entry(read, leaves_);
    if (!stored) return stored.error();
    const ledger::Entry& entry = **stored;
    auto payloads = projections::payloads_of(entry, stored_);
    if (!payloads) return payloads.error();
    if (!wanted_.full) {
      Redactor redactor(wanted_.secret_members);
      for (StoredPayload& payload : *payloads) {
        if (!redactor.redact(payload)) {
          return Failure{"the payload of job " + payload.job.text() + " is damaged"};
        }
      }
    }
    auto redacted = projections::check_payloads(entry, *payloads);
    if (!redacted) return projections::damaged_entry(read.index, redacted.error().message);
    redacted_ += *redacted;
    out_ << entry_line(entry, read.bytes, *payloads);
    return written();
  }

  Status written() const {
    return out_ ? ledger::ok() : Status(Failure{"the export cannot be written; is there room?"});
  }

  std::uint64_t redacted() const { return redacted_; }

 private:
  const Payloads& wanted_;
  std::ostream& out_;
  ledger::LeafReader leaves_;
  ledger::PayloadCursor stored_;
  std::uint64_t redacted_ = 0;
};

}  // namespace

Result<Exported> write_export(const ledger::Store& store, std::uint64_t until,
                              const Payloads& payloads, std::ostream& out,
                              const projections::RecoveryReport& report) {
  auto tree = ledger::HashTree::load(store, until);
  if (!tree) return tree.error();
  Exported exported;
  exported.header = {store.ledger_id(), until, ledger::to_hex(ledger::bytes_of(tree->root())),
                     payloads.full};
  Exporter exporter(store, payloads, out);
  out << header_line(exported.header);
  std::uint64_t next = 0;
  projections::ReadAhead log(store, 0, until, projections::ReadDepth::entries);
  while (projections::ReadEntry* read = log.next()) {
    if (read->index % kProgressStep == 0) report.progress({read->index, until});
    if (Status wrote = exporter.write(*read); !wrote) return wrote.error();
    next = read->index + 1;
  }
  if (Status whole = log.status(); !whole) return whole.error();
  if (next < until) return Failure{"the log ends at entry " + std::to_string(next)};
  out.flush();
  if (Status done = exporter.written(); !done) return done.error();
  exported.redacted = exporter.redacted();
  return exported;
}

}  // namespace jobledger::daemon::archive
