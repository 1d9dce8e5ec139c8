#include "daemon/archive/import.h"

#include <istream>

#include "ledger/codec.h"
#include "ledger/hash.h"
#include "projections/snapshots.h"
#include "projections/stored_entry.h"

namespace jobledger::daemon::archive {

using ledger::Failure;
using ledger::Result;
using ledger::Status;

namespace {

constexpr std::uint64_t kProgressStep = 1 << 4;  ///< entries may be large

class Importer {
 public:
  Importer(std::istream& in, ledger::Store& into, const projections::RecoveryReport& report)
      : in_(in), into_(into), report_(report), copy_(into) {}

  Result<Imported> run() {
    Status read = read_all();
    if (!read) return Failure{"line " + std::to_string(line_) + ": " + read.error().message};
    if (Status flushed = copy_.flush(); !flushed) return flushed.error();
    std::string root = ledger::to_hex(ledger::bytes_of(copy_.tree().root()));
    if (root != result_.header.root) {
      return Failure{"the entries have the root hash " + root + ", and not that of line 1, " +
                     result_.header.root + ": they are not those that were exported"};
    }
    auto saved = projections::Snapshots(into_).save(copy_.state());
    if (!saved) return saved.error();
    return std::move(result_);
  }

 private:
  Status read_all() {
    if (!next_line()) return Failure{"the export is empty"};
    Result<Header> header = read_header(text_);
    if (!header) return header.error();
    result_.header = *header;
    for (std::uint64_t index = 0; index < header->entries; ++index) {
      if (index % kProgressStep == 0) report_.progress({index, header->entries});
      if (!next_line()) {
        return Failure{"the export ends here, after " + std::to_string(index) + " of " +
                       std::to_string(header->entries) + " entries: it was cut off"};
      }
      if (Status taken = take(index); !taken) return taken;
    }
    return next_line() ? Status(Failure{"there is more than the header speaks of"}) : ledger::ok();
  }

  bool next_line() {
    ++line_;
    return static_cast<bool>(std::getline(in_, text_));
  }

  Status take(std::uint64_t index) {
    Result<EntryLine> line = read_entry_line(text_);
    if (!line) return line.error();
    Result<ledger::Entry> entry = ledger::decode(line->bytes);
    if (!entry) return projections::damaged_entry(index, entry.error().message);
    if (entry->index != index) {
      return Failure{"entry " + std::to_string(index) + " is to stand here, and it is entry " +
                     std::to_string(entry->index)};
    }
    Result<std::size_t> redacted = projections::check_payloads(*entry, line->payloads);
    if (!redacted) return projections::damaged_entry(index, redacted.error().message);
    result_.redacted += *redacted;
    return copy_.take(*entry, line->bytes, line->payloads);
  }

  std::istream& in_;
  ledger::Store& into_;
  const projections::RecoveryReport& report_;
  projections::LogCopy copy_;
  std::string text_;
  std::uint64_t line_ = 0;
  Imported result_;
};

}  // namespace

Result<Imported> read_export(std::istream& in, ledger::Store& into,
                             const projections::RecoveryReport& report) {
  return Importer(in, into, report).run();
}

}  // namespace jobledger::daemon::archive
