#include "daemon/archive/lines.h"

#include "daemon/json/document.h"
#include "daemon/json/writer.h"
#include "daemon/version.h"
#include "ledger/base64.h"
#include "ledger/payload.h"

namespace jobledger::daemon::archive {

using ledger::Failure;
using ledger::Result;
using projections::StoredPayload;

namespace {

constexpr std::string_view kFormat = "jobledger-export";
constexpr std::int64_t kFormatVersion = 1;

std::optional<std::string_view> text_of(const json::Value& object, std::string_view name) {
  auto value = object.find(name);
  return value && value->is_string() ? std::optional(value->string()) : std::nullopt;
}

std::optional<std::int64_t> integer_of(const json::Value& object, std::string_view name) {
  auto value = object.find(name);
  return value && value->is_number() ? value->integer() : std::nullopt;
}

std::optional<std::string> bytes_of(const json::Value& object, std::string_view name) {
  auto text = text_of(object, name);
  return text ? ledger::from_base64(*text) : std::nullopt;
}

Result<json::Document> object_of(std::string_view line) {
  auto document = json::Document::parse(line);
  if (document && !document->root().is_object()) return Failure{"it is no JSON object"};
  return document;
}

}  // namespace

std::string header_line(const Header& header) {
  std::string line;
  json::Writer out(line);
  out.begin_object();
  out.field("format", kFormat);
  out.field("formatVersion", kFormatVersion);
  out.field("ledgerId", header.ledger_id);
  out.field("version", header.entries);
  out.field("entries", header.entries);
  out.field("rootHash", header.root);
  out.field("full", header.full);
  out.field("program", kVersion);
  out.end_object();
  return line += '\n';
}

Result<Header> read_header(std::string_view line) {
  auto document = object_of(line);
  if (!document) return document.error();
  json::Value root = document->root();
  if (text_of(root, "format") != kFormat) return Failure{"it is not the header of an export"};
  if (integer_of(root, "formatVersion") != kFormatVersion) {
    return Failure{"the export has another format than this program reads"};
  }
  auto id = ledger::Ulid::parse(text_of(root, "ledgerId").value_or(""));
  auto entries = integer_of(root, "entries");
  auto hash = text_of(root, "rootHash");
  auto full = root.find("full");
  if (!id || !entries || *entries < 0 || !hash || !full || !full->is_boolean()) {
    return Failure{"the header lacks what it is to say"};
  }
  return Header{*id, static_cast<std::uint64_t>(*entries), std::string(*hash), full->boolean()};
}

std::string entry_line(const ledger::Entry& entry, std::string_view bytes,
                       const std::vector<StoredPayload>& payloads) {
  std::string line;
  json::Writer out(line);
  out.begin_object();
  out.field("index", entry.index);
  out.time_field("time", entry.time);
  out.field("type", name_of(entry.command.kind));
  out.field("outcome", entry.refusal ? "refused" : "accepted");
  out.field("bytes", ledger::to_base64(bytes));
  out.begin_array("payloads");
  for (const StoredPayload& payload : payloads) {
    out.begin_object();
    out.field("job", payload.job);
    out.field("row", ledger::to_base64(payload.row));
    auto row = ledger::parse_payload_row(payload.job, payload.row);
    if (row && row->redacted) out.field("redacted", true);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return line += '\n';
}

Result<EntryLine> read_entry_line(std::string_view line) {
  auto document = object_of(line);
  if (!document) return document.error();
  json::Value root = document->root();
  auto bytes = bytes_of(root, "bytes");
  auto payloads = root.find("payloads");
  if (!bytes || !payloads || !payloads->is_array()) {
    return Failure{"it lacks the bytes of an entry, or its payloads"};
  }
  EntryLine read{std::move(*bytes), {}};
  for (json::Value payload : payloads->elements()) {
    if (!payload.is_object()) return Failure{"a payload is no JSON object"};
    auto job = ledger::Ulid::parse(text_of(payload, "job").value_or(""));
    auto row = bytes_of(payload, "row");
    if (!job || !row) return Failure{"a payload lacks its job or its row"};
    read.payloads.push_back({*job, std::move(*row)});
  }
  return read;
}

}  // namespace jobledger::daemon::archive
