#include "daemon/cli/show.h"

#include <ostream>

#include "daemon/cli/fields.h"
#include "daemon/cli/remote.h"
#include "daemon/json/document.h"
#include "ledger/ids.h"

namespace jobledger::daemon::cli {

namespace {

/// The error of an answer, and each of its details on a line of its own.
void complain(const Answer& answer, std::ostream& err) {
  err << error_text(answer) << '\n';
  auto document = json::Document::parse(answer.body);
  if (!document) return;
  for (const json::Value& detail : items_of(document->root(), "details")) {
    std::string id = text_of(detail, "id", text_of(detail, "field"));
    err << "  " << id << ": " << text_of(detail, "message");
    std::string entry = text_of(detail, "index");
    if (!entry.empty()) err << " (entry " << entry << ", by " << who(detail) << ')';
    err << '\n';
  }
}

bool is_no(int status) {
  return status == 409 || status == 412 || status == 428;
}

}  // namespace

int show(const Remote& remote, const Ask& ask, bool json, Console console,
         const std::function<std::string(const json::Value&)>& text) {
  if (!require_remote(remote, console.err)) return kWrongUsage;
  auto answer = call(remote, ask.method, ask.path, ask.body, ask.headers);
  if (!answer) {
    console.err << answer.error().message << '\n';
    return kCouldNot;
  }
  if (answer->status != 200) {
    complain(*answer, console.err);
    if (answer->status == 400) return kWrongUsage;
    return is_no(answer->status) ? kNo : kCouldNot;
  }
  auto document = json::Document::parse(answer->body);
  if (!document) {
    console.err << "the answer is no JSON: " << document.error().message << '\n';
    return kCouldNot;
  }
  console.out << (json ? answer->body + '\n' : text(document->root()));
  return kDone;
}

std::string not_an_id(const std::string& text) {
  if (ledger::Ulid::well_formed(text)) return {};
  return text + " is no id: 26 characters of 0-9 and A-Z without I, L, O and U";
}

}  // namespace jobledger::daemon::cli
