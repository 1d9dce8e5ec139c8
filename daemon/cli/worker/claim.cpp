#include "daemon/cli/worker/claim.h"

#include "daemon/cli/fields.h"
#include "daemon/json/document.h"
#include "daemon/json/object_slices.h"
#include "daemon/json/writer.h"

namespace jobledger::daemon::cli::worker {
namespace {

/// The `stop` or a detail as `WHO: WHY`.
std::string who_and_why(const json::Value& entry) {
  std::string reason = text_of(entry, "reason");
  return who(entry) + (reason.empty() ? "" : ": " + reason);
}

}  // namespace

ledger::Result<Claim> read_claim(const std::string& answer) {
  auto document = json::Document::parse(answer);
  if (!document) return ledger::Failure{"the answer to the claim: " + document.error().message};
  auto job = object_of(document->root(), "job");
  auto payload = object_of(document->root(), "payload");
  Claim claim{job ? text_of(*job, "id") : "", text_of(document->root(), "lease"), {}};
  if (!payload || claim.job.empty() || claim.lease.empty()) {
    return ledger::Failure{"the answer to the claim has no job, no lease or no payload"};
  }
  json::Slice slice = json::ObjectSlices(*document).of(*payload);
  claim.payload = answer.substr(slice.begin, slice.length);
  return claim;
}

std::optional<std::string> read_stop(const std::string& answer) {
  auto document = json::Document::parse(answer);
  auto stop = document ? object_of(document->root(), "stop") : std::nullopt;
  return stop ? std::optional(who_and_why(*stop)) : std::nullopt;
}

std::string read_refusal(const std::string& answer) {
  auto document = json::Document::parse(answer);
  if (!document) return "the daemon refused it";
  std::string text = text_of(document->root(), "error", "the daemon refused it");
  for (const json::Value& detail : items_of(document->root(), "details")) {
    std::string entry = text_of(detail, "index");
    if (entry.empty()) continue;
    text += "; entry " + entry + " at " + text_of(detail, "time") + ", by " + who_and_why(detail);
  }
  return text;
}

std::string read_code(const std::string& answer) {
  auto document = json::Document::parse(answer);
  return document ? text_of(document->root(), "code") : "";
}

std::string claim_body(const std::vector<std::string>& tags, std::chrono::seconds wait,
                       std::chrono::seconds lease) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  if (!tags.empty()) {
    out.begin_array("tags");
    for (const std::string& tag : tags) out.string(tag);
    out.end_array();
  }
  out.field("wait", wait.count());
  out.field("leaseSeconds", lease.count());
  out.end_object();
  return body;
}

std::string report_body(const Claim& claim, std::string_view name, std::string_view value) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("lease", claim.lease);
  if (!name.empty()) out.field(name, value);
  out.end_object();
  return body;
}

std::string progress_body(const Claim& claim, double progress) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("lease", claim.lease);
  out.field("progress", progress);
  out.end_object();
  return body;
}

}  // namespace jobledger::daemon::cli::worker
