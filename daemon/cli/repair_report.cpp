#include "daemon/cli/repair_report.h"

#include <ostream>

#include "daemon/json/writer.h"
#include "daemon/render/one_line.h"
#include "ledger/checkpoint.h"
#include "ledger/hash.h"

namespace jobledger::daemon::cli {
namespace {

using projections::Examination;

void write_found(const Examination& found, json::Writer& out) {
  out.field("damaged", !found.findings.empty());
  out.begin_array("findings");
  for (const std::string& finding : found.findings) out.string(finding);
  out.end_array();
  if (found.findings_cut_off) out.field("moreFindings", true);
  out.field("wholeVersion", found.whole);
  out.field("rootHash", ledger::to_hex(ledger::bytes_of(found.root)));
  out.field("provenBy", found.proof);
  out.field("entries", found.end);
  out.field("endIsKnown", found.end_is_known);
  out.field("lostNothing", found.lost_nothing());
  if (!found.hopeless.empty()) out.field("cannotBeRepaired", found.hopeless);
  out.begin_object("cutWouldLose");
  out.field("entries", found.loss.entries);
  out.field("readable", found.loss.readable);
  out.field("jobs", found.loss.jobs);
  if (found.loss.readable > 0) {
    out.field("from", ledger::to_rfc3339(found.loss.from));
    out.field("to", ledger::to_rfc3339(found.loss.to));
  }
  out.end_object();
}

void print_whole(const Examination& found, std::ostream& out) {
  if (found.whole == 0) {
    out << "no entry is provably whole\n";
    return;
  }
  out << "up to version " << found.whole << " everything is provably whole (its last entry is of "
      << ledger::to_rfc3339(found.time) << "; proven by " << found.proof << ")\nits root hash is "
      << ledger::to_hex(ledger::bytes_of(found.root)) << '\n';
}

void print_loss(const Examination& found, std::ostream& out) {
  const projections::Loss& loss = found.loss;
  out << "a cut there would take " << ledger::entries_text(loss.entries) << " out of the ledger";
  if (loss.readable > 0) {
    out << ", of which " << loss.readable << " can still be read: they are about " << loss.jobs
        << (loss.jobs == 1 ? " job" : " jobs") << ", from " << ledger::to_rfc3339(loss.from)
        << " to " << ledger::to_rfc3339(loss.to);
  }
  out << '\n';
  if (!found.end_is_known) {
    out << "where the log ended cannot be told any more: entries may be missing that nothing that "
           "is left speaks of\n";
  }
}

void print_ways(const Examination& found, const RepairNames& names, std::ostream& out) {
  const std::string repair = "  jobledger repair --data-dir " + names.data_dir;
  out << "\nnothing was changed. What can be done:\n\n";
  if (!found.hopeless.empty()) {
    out << "Restore a backup (`jobledger restore`): " << found.hopeless << ".\n";
    return;
  }
  if (found.lost_nothing()) {
    out << "No entry is lost. To make the database anew of all of them:\n\n"
        << repair << " --rebuild\n";
    return;
  }
  out << "1. Restore a backup that goes further than version " << found.whole
      << ", if there is one (`jobledger restore`). It loses what came after it.\n"
      << "2. Or go on from what is whole. What follows is put aside, and the ledger says so for "
         "ever:\n\n"
      << repair << " --cut-at " << found.whole << " --reason \"...\"\n\n"
      << "Copy the directory first, if there is room: a disk that damaged a file may go on.\n";
}

}  // namespace

void print_text(const Examination& found, const RepairNames& names, std::ostream& out) {
  if (found.findings.empty()) {
    out << "nothing is damaged: " << ledger::entries_text(found.end) << ", proven by "
        << found.proof << '\n';
    return;
  }
  out << "DAMAGED:\n";
  for (const std::string& finding : found.findings)
    out << "  " << render::one_line(finding) << '\n';
  if (found.findings_cut_off) out << "  and more of which nothing is told here\n";
  out << '\n';
  print_whole(found, out);
  if (!found.lost_nothing()) print_loss(found, out);
  print_ways(found, names, out);
}

void print_json(const Examination& found, const RepairNames&, std::ostream& out) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  write_found(found, writer);
  writer.end_object();
  out << text << '\n';
}

void print_text(const repair::Remade& remade, const Examination& found, const RepairNames& names,
                std::ostream& out) {
  if (remade.entry) {
    out << "cut to version " << *remade.entry << ": " << found.end - *remade.entry
        << " entries are put aside in " << names.folder << "\nentry " << *remade.entry
        << " says so, and by whom\n";
  } else {
    out << "made the database of " << names.data_dir << " anew: no entry is lost\n"
        << "the old one is in " << names.folder << '\n';
  }
  out << "the ledger is at version " << remade.version << ", root hash " << remade.root
      << ", and was verified; it can be started\n";
  if (remade.entry) {
    out << "whoever follows it with a checkpoint (`jobledger tail --checkpoint`) will find that "
           "its "
           "history was cut, if they had seen more\n";
  }
}

void print_json(const repair::Remade& remade, const Examination& found, const RepairNames& names,
                std::ostream& out) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  write_found(found, writer);
  writer.begin_object("done");
  writer.field("version", remade.version);
  writer.field("rootHash", remade.root);
  writer.field("cutEntry", remade.entry);
  writer.field("putAside", names.folder);
  writer.end_object();
  writer.end_object();
  out << text << '\n';
}

}  // namespace jobledger::daemon::cli
