#include "daemon/cli/entry_line.h"

#include <algorithm>
#include <vector>

#include "daemon/json/document.h"
#include "daemon/render/one_line.h"

namespace jobledger::daemon::cli {
namespace {

/// What is said of events of a type: of one by its id, of several by their number.
struct Words {
  std::string_view type;
  std::string_view verb;
  std::string_view one;
  std::string_view many;
};

constexpr Words kWords[] = {
    {"JobSubmitted", "created", "job", "jobs"},
    {"BatchSubmitted", "created", "batch", "batches"},
    {"JobCancelled", "cancelled", "job", "jobs"},
    {"CancelSkipped", "skipped", "job", "jobs"},
    {"JobClaimed", "claimed", "job", "jobs"},
    {"JobProgressed", "progress of", "job", "jobs"},
    {"JobFinished", "finished", "job", "jobs"},
    {"JobFailed", "failed", "job", "jobs"},
    {"JobUnblocked", "unblocked", "job", "jobs"},
    {"JobRequeued", "requeued", "job", "jobs"},
    {"StopRequested", "asked to stop", "job", "jobs"},
    {"StopWithdrawn", "told to go on", "job", "jobs"},
    {"JobReinstated", "reinstated", "job", "jobs"},
    {"TokenCreated", "issued", "token", "tokens"},
    {"TokenRevoked", "revoked", "token", "tokens"},
    {"KeyRotated", "made", "key", "keys"},
    {"WebhookCreated", "made", "webhook", "webhooks"},
    {"WebhookDeleted", "deleted", "webhook", "webhooks"},
};

/// The text of a member; empty if it is null or absent.
std::string_view text_of(const json::Value& object, std::string_view name) {
  auto value = object.find(name);
  return value && value->is_string() ? value->string() : std::string_view();
}

/// The events of one type.
struct Kind {
  std::string_view type;
  json::Value first;
  std::size_t count = 0;
  std::size_t requested = 0;
};

std::vector<Kind> kinds_of(const json::Value& events) {
  std::vector<Kind> kinds;
  for (json::Value event : events.elements()) {
    if (!event.is_object()) continue;
    std::string_view type = text_of(event, "type");
    auto kind = std::find_if(kinds.begin(), kinds.end(),
                             [&](const Kind& each) { return each.type == type; });
    if (kind == kinds.end()) kind = kinds.insert(kind, {type, event});
    ++kind->count;
    if (text_of(event, "cause") == "requested") ++kind->requested;
  }
  return kinds;
}

std::string number_of(const json::Value& object, std::string_view name) {
  auto value = object.find(name);
  auto number = value ? value->integer() : std::nullopt;
  return number ? std::to_string(*number) : "?";
}

/// Of what befell the ledger as a whole; empty of other events.
std::string of_ledger(std::string_view type, const json::Value& event) {
  if (type == "LedgerRestored") {
    return "restored the ledger from backup " + std::string(text_of(event, "backup")) +
           ", made of " + std::string(text_of(event, "origin")) + " at version " +
           number_of(event, "version");
  }
  if (type == "LedgerCut") {
    return "cut the ledger to version " + number_of(event, "version") + ", " +
           number_of(event, "entriesPutAside") + " entries put aside to " +
           std::string(text_of(event, "putAside")) + ": " + std::string(text_of(event, "damage"));
  }
  return "";
}

std::string phrase(const Kind& kind) {
  if (std::string text = of_ledger(kind.type, kind.first); !text.empty()) return text;
  auto words = std::find_if(std::begin(kWords), std::end(kWords),
                            [&](const Words& each) { return each.type == kind.type; });
  bool known = words != std::end(kWords);
  std::string text(known ? words->verb : kind.type);
  if (kind.count == 1) {
    if (known) (text += ' ') += words->one;
    return (text += ' ') += text_of(kind.first, "id");
  }
  (text += ' ') += std::to_string(kind.count);
  if (known) (text += ' ') += words->many;
  if (kind.requested > 0) text += " (" + std::to_string(kind.requested) + " requested)";
  return text;
}

std::string what_came(const json::Value& entry) {
  auto refusal = entry.find("refusal");
  if (refusal && refusal->is_object()) return std::string(text_of(*refusal, "message"));
  std::string text;
  auto events = entry.find("events");
  if (!events || !events->is_array()) return text;
  for (const Kind& kind : kinds_of(*events)) text += (text.empty() ? "" : ", ") + phrase(kind);
  return text;
}

std::string who(const json::Value& entry) {
  auto actor = entry.find("actor");
  std::string text(actor && actor->is_object() ? text_of(*actor, "name") : "");
  std::string_view behalf = text_of(entry, "onBehalfOf");
  if (!behalf.empty()) (text += " for ") += behalf;
  return text;
}

}  // namespace

ledger::Result<std::string> entry_line(std::string_view json) {
  auto document = json::Document::parse(json);
  if (!document) return document.error();
  json::Value entry = document->root();
  auto index = entry.is_object() ? entry.find("index") : std::nullopt;
  if (!index || !index->integer()) return ledger::Failure{"this is no entry: it has no index"};
  std::string line(text_of(entry, "time"));
  (line += "  ") += std::to_string(*index->integer());
  (line += "  ") += text_of(entry, "type");
  (line += "  ") += text_of(entry, "outcome");
  (line += "  ") += who(entry);
  if (std::string what = what_came(entry); !what.empty()) (line += ": ") += what;
  if (std::string_view why = text_of(entry, "reason"); !why.empty()) (line += "; reason: ") += why;
  return render::one_line(std::move(line));
}

}  // namespace jobledger::daemon::cli
