#include "daemon/cli/show.h"

#include <ostream>

#include "daemon/cli/fields.h"
#include "daemon/cli/remote.h"
#include "daemon/json/document.h"
#include "ledger/ids.h"

namespace jobledger::daemon::cli {

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

namespace {

bool is_no(int status) {
  return status == 409 || status == 412 || status == 428;
}

}  // namespace

std::optional<Answer> ask_daemon(const Remote& remote, const Ask& ask, Console console,
                                 int& exit_code) {
  exit_code = kWrongUsage;
  if (!require_remote(remote, console.err)) return std::nullopt;
  auto answer = call(remote, ask.method, ask.path, ask.body, ask.headers);
  exit_code = kCouldNot;
  if (!answer) {
    console.err << answer.error().message << '\n';
    return std::nullopt;
  }
  if (answer->status == 200) return *std::move(answer);
  complain(*answer, console.err);
  if (answer->status == 400) exit_code = kWrongUsage;
  if (is_no(answer->status)) exit_code = kNo;
  return std::nullopt;
}

int show(const Remote& remote, const Ask& ask, bool json, Console console,
         const std::function<std::string(const json::Value&)>& text) {
  int exit_code = kDone;
  auto answer = ask_daemon(remote, ask, console, exit_code);
  if (!answer) return exit_code;
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
