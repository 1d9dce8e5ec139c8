#include "daemon/cli/replay_report.h"

#include <ostream>

#include "daemon/cli/table.h"
#include "daemon/json/writer.h"

namespace jobledger::daemon::cli {
namespace {

using projections::Replay;

std::string text_of(const std::optional<std::uint64_t>& index) {
  return index ? std::to_string(*index) : "-";
}

std::string text_of(ledger::JobStatus status) {
  return status == ledger::JobStatus::none ? "never created" : std::string(name_of(status));
}

std::string plural(std::uint64_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

void write_left_out(const Replay& replay, json::Writer& out) {
  out.begin_array("leftOut");
  for (const projections::LeftOut& each : replay.left_out) {
    out.begin_object();
    out.field("index", each.index);
    out.field("type", name_of(each.kind));
    out.field("was", each.was);
    out.end_object();
  }
  out.end_array();
}

void write_otherwise(const Replay& replay, json::Writer& out) {
  out.begin_array("otherwise");
  for (const projections::Otherwise& each : replay.otherwise) {
    out.begin_object();
    out.field("index", each.index);
    out.field("newIndex", each.new_index);
    out.field("type", name_of(each.kind));
    out.field("was", each.was);
    out.field("became", each.became);
    out.field("why", each.why);
    out.end_object();
  }
  out.end_array();
}

void write_jobs(const Replay& replay, json::Writer& out) {
  out.begin_array("jobs");
  for (const projections::JobOtherwise& job : replay.jobs) {
    out.begin_object();
    out.field("id", job.id);
    out.field("before", name_of(job.before));
    out.key("after");
    if (job.after == ledger::JobStatus::none) {
      out.null();
    } else {
      out.string(name_of(job.after));
    }
    out.end_object();
  }
  out.end_array();
}

void write_tokens(const Replay& replay, json::Writer& out) {
  out.begin_array("tokens");
  for (const projections::BroughtAlong& each : replay.tokens) {
    out.begin_object();
    out.field("index", each.index);
    out.field("newIndex", each.new_index);
    out.field("type", name_of(each.kind));
    out.field("id", each.token);
    out.field("name", each.name);
    out.end_object();
  }
  out.end_array();
}

void write_map(const Replay& replay, json::Writer& out) {
  out.begin_array("newIndexes");
  for (std::uint64_t index = 0; index < replay.map.size(); ++index) {
    out.value(replay.map.index(index));
  }
  out.end_array();
}

void print_tables(const Replay& replay, std::ostream& out) {
  for (const projections::LeftOut& each : replay.left_out) {
    out << "left out: entry " << each.index << ", " << name_of(each.kind) << ", which " << each.was
        << '\n';
  }
  if (!replay.otherwise.empty()) {
    std::vector<std::vector<std::string>> rows = {{"ENTRY", "NOW", "TYPE", "WAS", "BECAME", "WHY"}};
    for (const projections::Otherwise& each : replay.otherwise) {
      rows.push_back({std::to_string(each.index), text_of(each.new_index),
                      std::string(name_of(each.kind)), each.was, each.became, each.why});
    }
    out << '\n' << table(rows);
  }
  if (!replay.jobs.empty()) {
    std::vector<std::vector<std::string>> rows = {{"JOB", "BEFORE", "AFTER"}};
    for (const projections::JobOtherwise& job : replay.jobs) {
      rows.push_back({job.id.text(), text_of(job.before), text_of(job.after)});
    }
    out << '\n' << table(rows);
  }
  if (!replay.tokens.empty()) {
    std::vector<std::vector<std::string>> rows = {{"ENTRY", "NOW", "TYPE", "TOKEN", "NAME"}};
    for (const projections::BroughtAlong& each : replay.tokens) {
      rows.push_back({std::to_string(each.index), std::to_string(each.new_index),
                      std::string(name_of(each.kind)), each.token.text(), each.name});
    }
    out << "\nbrought along from after that version, so that everybody can log in who could, and "
           "nobody else:\n"
        << table(rows);
  }
}

}  // namespace

void print_json(const Replay& replay, const ReplayNames& names, std::ostream& out) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  writer.begin_object("from");
  writer.field("ledgerId", names.from);
  writer.field("version", names.until);
  writer.end_object();
  writer.begin_object("into");
  writer.field("dataDir", names.into_dir);
  writer.field("ledgerId", names.into);
  writer.field("version", replay.version);
  writer.field("rootHash", replay.root);
  writer.end_object();
  writer.field("copied", names.until - replay.decided - replay.left_out.size());
  writer.field("decidedAgain", replay.decided);
  write_left_out(replay, writer);
  write_otherwise(replay, writer);
  write_jobs(replay, writer);
  write_tokens(replay, writer);
  write_map(replay, writer);
  writer.end_object();
  out << text << '\n';
}

void print_text(const Replay& replay, const ReplayNames& names, std::ostream& out) {
  out << "replayed version " << names.until;
  if (names.until > 0) out << " (" << ledger::to_rfc3339(replay.time) << ")";
  out << " of ledger " << names.from.text() << " into " << names.into_dir << '\n';
  print_tables(replay, out);
  if (!replay.left_out.empty()) {
    out << '\n'
        << plural(replay.decided, "command was", "commands were")
        << " decided again: " << replay.otherwise.size() << " came out otherwise, and "
        << plural(replay.jobs.size(), "job has", "jobs have") << " another status\n";
  }
  out << "the new ledger is " << names.into.text() << ", at version " << replay.version
      << ", root hash " << replay.root << '\n';
}

}  // namespace jobledger::daemon::cli
