#include "daemon/backup/record.h"

#include "daemon/json/document.h"
#include "daemon/json/writer.h"
#include "daemon/version.h"
#include "ledger/backup_files.h"
#include "ledger/hash.h"

namespace jobledger::daemon::backup {

using ledger::Failure;
using ledger::Result;

namespace {

constexpr std::string_view kFormat = "jobledger-backup";
constexpr std::int64_t kFormatVersion = 1;

std::string_view text_of(const json::Value& object, std::string_view name) {
  auto value = object.find(name);
  return value && value->is_string() ? value->string() : std::string_view();
}

std::optional<std::uint64_t> number_of(const json::Value& object, std::string_view name) {
  auto value = object.find(name);
  auto number = value && value->is_number() ? value->integer() : std::nullopt;
  return number && *number >= 0 ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

}  // namespace

std::string record_text(const Record& record) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("format", kFormat);
  out.field("formatVersion", kFormatVersion);
  out.field("backup", record.name);
  out.field("ledgerId", record.ledger_id);
  out.field("origin", record.origin);
  out.field("version", record.version);
  out.field("rootHash", ledger::to_hex(ledger::bytes_of(record.root)));
  out.time_field("takenAt", record.taken);
  out.time_field("lastEntryAt", record.last_entry);
  out.field("checkpoint", record.checkpoint);
  out.field("bytes", record.bytes);
  out.field("sharedBytes", record.shared);
  out.field("entriesRead", record.entries_read);
  out.field("program", kVersion);
  out.end_object();
  return text;
}

Result<Record> parse_record(std::string_view text) {
  auto document = json::Document::parse(text);
  if (!document) return document.error();
  json::Value root = document->root();
  if (!root.is_object() || text_of(root, "format") != kFormat) {
    return Failure{"it does not tell of a backup"};
  }
  if (number_of(root, "formatVersion") != kFormatVersion) {
    return Failure{"the backup has another format than this program reads"};
  }
  auto id = ledger::Ulid::parse(text_of(root, "ledgerId"));
  auto taken = ledger::from_rfc3339(text_of(root, "takenAt"));
  auto version = number_of(root, "version");
  auto entries_read = root.find("entriesRead");
  auto hash = ledger::sha256_from_hex(text_of(root, "rootHash"));
  bool whole = id && taken && hash && version && entries_read && entries_read->is_boolean();
  if (!whole) return Failure{"it lacks what it is to say"};
  Record record;
  record.name = text_of(root, "backup");
  record.ledger_id = *id;
  record.origin = text_of(root, "origin");
  record.version = *version;
  record.root = *hash;
  record.taken = *taken;
  record.last_entry = ledger::from_rfc3339(text_of(root, "lastEntryAt"));
  record.checkpoint = text_of(root, "checkpoint");
  record.bytes = number_of(root, "bytes").value_or(0);
  record.shared = number_of(root, "sharedBytes").value_or(0);
  record.entries_read = entries_read->boolean();
  return record;
}

Result<Record> read_record(const std::string& backup) {
  bool is_gone = false;
  auto file = ledger::OpenFile::open(backup + '/' + ledger::kBackupRecord, &is_gone);
  if (is_gone) return Failure{"there is no backup in " + backup};
  auto text = file ? file->read() : file.error();
  if (!text) return text.error();
  auto record = parse_record(*text);
  if (!record) return Failure{file->path() + " is damaged: " + record.error().message};
  return record;
}

}  // namespace jobledger::daemon::backup
