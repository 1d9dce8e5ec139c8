#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/entry.h"
#include "ledger/result.h"
#include "projections/log_copy.h"

namespace jobledger::daemon::archive {

// An export is a text of lines, each a JSON object (NDJSON): a header, then an entry a line.
//
//   {"format":"jobledger-export","formatVersion":1,"ledgerId":…,"version":N,"entries":N,
//    "rootHash":…,"full":…}
//   {"index":0,"time":…,"type":"SubmitJob","outcome":"accepted","bytes":…,
//    "payloads":[{"job":…,"row":…,"redacted":true}]}
//
// `bytes` and `row` are what the store has, in base64; they alone count. The rest of a line is for
// people and for jq.

/// The first line.
struct Header {
  ledger::Ulid ledger_id;     ///< of the ledger that was exported
  std::uint64_t entries = 0;  ///< how many lines follow
  std::string root;           ///< of their hash tree, in hexadecimal
  bool full = false;          ///< with the secrets of payloads

  bool operator==(const Header&) const = default;
};

std::string header_line(const Header& header);
ledger::Result<Header> read_header(std::string_view line);

std::string entry_line(const ledger::Entry& entry, std::string_view bytes,
                       const std::vector<projections::StoredPayload>& payloads);

/// What counts of a line.
struct EntryLine {
  std::string bytes;
  std::vector<projections::StoredPayload> payloads;
};
ledger::Result<EntryLine> read_entry_line(std::string_view line);

}  // namespace jobledger::daemon::archive
