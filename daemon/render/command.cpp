#include "daemon/render/command.h"

#include "daemon/json/document.h"
#include "daemon/render/entry.h"
#include "daemon/render/webhook.h"

namespace jobledger::daemon::render {
namespace {

using ledger::CommandKind;
using ledger::CommandRecord;
using ledger::Entry;

/// The jobs a cancel named: of an accepted one they are its first events.
void named_jobs(json::Writer& out, const Entry& entry) {
  const CommandRecord& command = entry.command;
  out.begin_array("jobs");
  if (entry.accepted() && command.subjects.empty()) {
    for (std::size_t i = 0; i < command.requested && i < entry.events.size(); ++i) {
      out.value(entry.events[i].subject);
    }
  }
  for (ledger::Ulid job : command.subjects) out.value(job);
  for (const std::string& job : command.impossible) out.string(job);
  out.end_array();
}

void subject(json::Writer& out, std::string_view name, const CommandRecord& command) {
  if (!command.impossible.empty()) {
    out.field(name, command.impossible.front());
  } else if (!command.subjects.empty()) {
    out.field(name, command.subjects.front());
  }
}

void options(json::Writer& out, const CommandRecord& command) {
  if (command.stop_running) out.field("running", "stop");
  if (command.plan) out.field("plan", *command.plan);
}

/// As they were reported: an object of numbers, which whoever made this entry may not have known.
void timings(json::Writer& out, const std::string& text) {
  auto document = json::Document::parse(text);
  out.begin_object("timings");
  if (document && document->root().is_object()) {
    for (json::Member member : document->root().members()) {
      auto time = member.value.is_number() ? member.value.integer() : std::nullopt;
      if (time) out.field(member.name, *time);
    }
  }
  out.end_object();
}

/// What token was asked for and not issued.
void refused_token(json::Writer& out, const CommandRecord& command) {
  std::size_t slash = command.text.find('/');
  if (slash == std::string::npos) return;
  out.field("team", command.text.substr(0, slash));
  out.field("name", command.text.substr(slash + 1));
  out.begin_array("scopes");
  ledger::Scopes scopes(static_cast<std::uint16_t>(command.number));
  for (std::string_view scope : scopes.names()) out.string(scope);
  out.end_array();
}

}  // namespace

void command(json::Writer& out, const Entry& entry) {
  const CommandRecord& command = entry.command;
  out.begin_object("command");
  switch (command.kind) {
    case CommandKind::submit_job:
    case CommandKind::join_jobs:
      if (!command.text.empty()) out.field("uid", command.text);
      break;
    case CommandKind::create_token:
      refused_token(out, command);
      break;
    case CommandKind::rotate_key:
      if (entry.refusal) out.field("key", command.text);
      break;
    case CommandKind::restore_ledger:
      if (entry.refusal) out.field("backup", command.text);
      break;
    case CommandKind::cut_ledger:
      if (entry.refusal) out.field("damage", command.text);
      break;
    case CommandKind::submit_batch:
      out.field("total", command.number);
      break;
    case CommandKind::cancel_job:
    case CommandKind::cancel_jobs:
      named_jobs(out, entry);
      out.field("requested", command.requested + command.impossible.size());
      options(out, command);
      break;
    case CommandKind::cancel_batch:
      subject(out, "batch", command);
      options(out, command);
      break;
    case CommandKind::revoke_token:
      subject(out, "token", command);
      break;
    case CommandKind::create_webhook:
      if (!entry.refusal) break;
      out.field("url", command.text);
      webhook_events(out, ledger::WebhookEvents(static_cast<std::uint16_t>(command.number)));
      break;
    case CommandKind::delete_webhook:
      subject(out, "webhook", command);
      break;
    case CommandKind::claim_job:
      if (!command.subjects.empty() || !command.impossible.empty()) named_jobs(out, entry);
      texts(out, "tags", command.tags);
      if (command.number != 0) lease_seconds(out, command.number);
      break;
    case CommandKind::report_progress:
      named_jobs(out, entry);
      out.field("lease", command.lease);
      out.field("progress", command.number);
      break;
    case CommandKind::undo_cancel:
      out.field("undoes", command.entry);
      break;
    case CommandKind::finish_job:
    case CommandKind::fail_job:
    case CommandKind::expire_lease:
    case CommandKind::report_stopped:
      named_jobs(out, entry);
      out.field("lease", command.lease);
      if (command.entry) out.field("stopRequestedBy", *command.entry);
      if (command.text.empty()) break;
      if (entry.accepted()) {
        timings(out, command.text);
        break;
      }
      out.field(command.kind == CommandKind::fail_job ? "error" : "outputUrl", command.text);
      break;
  }
  out.end_object();
}

}  // namespace jobledger::daemon::render
