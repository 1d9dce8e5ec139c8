#include "daemon/repair/aside.h"

#include <fstream>

#include "daemon/json/writer.h"
#include "ledger/base64.h"
#include "ledger/codec.h"
#include "ledger/durable_file.h"
#include "ledger/hash.h"

namespace jobledger::daemon::repair {
namespace {

using ledger::Failure;
using ledger::Status;

constexpr std::size_t kFindingsTold = 3;

template <typename Write>
std::string line(const Write& write) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  write(out);
  out.end_object();
  return text + '\n';
}

void write_payloads(ledger::Salvage& salvage, const ledger::Entry& entry, std::ostream& out) {
  for (const ledger::Event& event : entry.events) {
    if (event.kind != ledger::EventKind::job_submitted) continue;
    auto row = salvage.payload(event.subject);
    out << line([&](json::Writer& to) {
      to.field("payload", event.subject.text());
      row ? to.field("row", ledger::to_base64(row->bytes))
          : to.field("unreadable", row.error().message);
    });
  }
}

void write_entry(ledger::Salvage& salvage, std::uint64_t index, std::ostream& out) {
  auto row = salvage.entry(index);
  out << line([&](json::Writer& to) {
    to.field("entry", index);
    row ? to.field("bytes", ledger::to_base64(row->bytes))
        : to.field("unreadable", row.error().message);
    if (auto leaf = salvage.leaf(index)) to.field("leafHash", ledger::to_hex(*leaf));
  });
  if (!row) return;
  if (auto entry = ledger::decode(row->bytes)) write_payloads(salvage, *entry, out);
}

std::string list(ledger::Salvage& salvage, const projections::Examination& found,
                 std::uint64_t cut_at, const Aside& aside) {
  return line([&](json::Writer& out) {
    out.field("ledgerId", salvage.ledger_id().value_or(ledger::Ulid()).text());
    out.field("cutTo", cut_at);
    out.field("entriesPutAside", aside.entries);
    out.begin_array("damage");
    for (const std::string& finding : found.findings) out.string(finding);
    out.end_array();
    out.begin_object("files");
    out.field("rows.ndjson",
              "each entry from the cut on and its payloads, bytes in base64, or why they cannot be "
              "read");
    out.field("db", "the database as it was before the repair");
    out.field("anchor", "as it was before the repair");
    out.end_object();
  });
}

}  // namespace

std::string damage_in_words(const projections::Examination& found) {
  std::string words;
  for (std::size_t i = 0; i < found.findings.size() && i < kFindingsTold; ++i) {
    words += (i == 0 ? "" : "; ") + found.findings[i];
  }
  if (found.findings.size() > kFindingsTold) {
    words += "; and " + std::to_string(found.findings.size() - kFindingsTold) + " more findings";
  }
  return words;
}

ledger::Result<Aside> put_aside(ledger::Salvage& salvage, const projections::Examination& found,
                                std::uint64_t cut_at, const std::string& folder) {
  Aside aside;
  aside.entries = found.end - cut_at;
  aside.bytes = salvage.bytes();
  const std::string path = folder + "/rows.ndjson";
  std::ofstream rows(path + ".new", std::ios::binary | std::ios::trunc);
  for (std::uint64_t index = cut_at; index < found.end; ++index) write_entry(salvage, index, rows);
  rows.close();
  if (!rows) return Failure{"the file " + path + ".new cannot be written; is there room?"};
  if (Status kept = ledger::rename_durably(path + ".new", path); !kept) return kept.error();
  Status listed =
      ledger::replace_durably(folder + "/list.json", list(salvage, found, cut_at, aside));
  if (!listed) return listed.error();
  return aside;
}

}  // namespace jobledger::daemon::repair
