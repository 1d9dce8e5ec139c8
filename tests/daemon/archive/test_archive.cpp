#include <catch2/catch.hpp>
#include <sstream>

#include "daemon/archive/export.h"
#include "daemon/archive/import.h"
#include "ledger/hash.h"
#include "ledger/payload.h"
#include "projections/verify.h"
#include "tests/support/folding.h"
#include "tests/support/history_run.h"

namespace jobledger::daemon::archive {
namespace {

using tests::HistoryRun;
using tests::LedgerFixture;
using tests::Notes;
using tests::store_in_memory;

std::string exported(const ledger::Store& store, std::uint64_t until, bool full) {
  Notes notes;
  std::ostringstream out;
  auto result = write_export(store, until, {full, {}}, out, notes.report());
  if (!result) throw std::runtime_error(result.error().message);
  return out.str();
}

ledger::Result<Imported> imported(const std::string& text, ledger::Store& into) {
  Notes notes;
  std::istringstream in(text);
  return read_export(in, into, notes.report());
}

std::string failure(const std::string& text) {
  auto into = store_in_memory();
  auto result = imported(text, *into);
  return result ? "" : result.error().message;
}

projections::Verification verified(ledger::Store& store,
                                   const projections::VerifyRequest& request = {}) {
  Notes notes;
  return projections::verify(store, notes.report(), request);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line + '\n');
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

/// A tree of a root with secrets and two children, one of which has some.
const std::string kRoot =
    R"({"upload":{"params":{"key":"s3cret-1"}},"assets":[{"a":1},{"webhook":{"headers":{"k":"s3cret-2"}}}]})";

void submit_with_secrets(LedgerFixture& ledger) {
  ledger::Submission submission;
  submission.envelope = ledger.envelope;
  submission.body = kRoot;
  ledger::SubmitJob command;
  command.job.body_length = kRoot.size();
  for (std::string_view child : {R"({"a":1})", R"({"webhook":{"headers":{"k":"s3cret-2"}}})"}) {
    ledger::JobSpec spec;
    spec.body_begin = kRoot.find(child);
    spec.body_length = child.size();
    command.job.children.push_back(spec);
  }
  submission.command = command;
  std::vector<ledger::Submission> group = {submission};
  REQUIRE(ledger.writer().commit(group));
}

}  // namespace

TEST_CASE("an export is imported as the same entries, of another ledger", "[archive]") {
  HistoryRun run(tests::seed_or(51));
  run.steps(400);
  std::uint64_t until = GENERATE(0, 1, 300);
  bool full = GENERATE(false, true);
  auto into = store_in_memory();
  std::string text = exported(run.store(), until, full);
  auto result = imported(text, *into);
  INFO((result ? "" : result.error().message));
  REQUIRE(result);
  CHECK(result->header.entries == until);
  CHECK(result->header.ledger_id == run.store().ledger_id());
  CHECK_FALSE(into->ledger_id() == run.store().ledger_id());
  CHECK(into->entry_count().value() == until);
  for (std::uint64_t index = 0; index < until; ++index) {
    REQUIRE(into->entry(index).value() == run.store().entry(index).value());
    for (const ledger::Event& event : run.ledger().entry(index).events) {
      if (event.kind != ledger::EventKind::job_submitted) continue;
      REQUIRE(into->payload(event.subject).value() == run.store().payload(event.subject).value());
    }
  }
  auto verification = verified(*into);
  CHECK(verification.findings.empty());
  CHECK(verification.root == result->header.root);
  CHECK(verification.snapshot == until);
  // What was imported is exported as it came, but for the id of its ledger.
  auto again = lines_of(exported(*into, until, full));
  auto lines = lines_of(text);
  CHECK(std::vector(again.begin() + 1, again.end()) == std::vector(lines.begin() + 1, lines.end()));
}

TEST_CASE("an export has no secrets, and its import says so", "[archive]") {
  LedgerFixture ledger;
  ledger.submit("plain");
  submit_with_secrets(ledger);
  std::string text = exported(ledger.store(), 2, false);
  auto into = store_in_memory();
  auto result = imported(text, *into);
  REQUIRE(result);
  CHECK(result->redacted == 2);
  for (ledger::JobNumber job = 0; job < 4; ++job) {
    ledger::JobId id = ledger.state().graph().row(job).id;
    std::string before = ledger::read_payload(ledger.store(), id).value();
    std::string after = ledger::read_payload(*into, id).value();
    INFO(after);
    CHECK(after.find("s3cret") == std::string::npos);
    CHECK((after == before) == (before.find("s3cret") == std::string::npos));
  }
  // Nothing but the operator's word tells it from a body that somebody has put there.
  auto verification = verified(*into);
  CHECK(verification.findings.size() == 1);
  CHECK(verification.redacted == 2);
  projections::VerifyRequest allowed;
  allowed.allow_redacted = true;
  CHECK(verified(*into, allowed).findings.empty());
  CHECK(lines_of(exported(*into, 2, true)).at(2) == lines_of(text).at(2));
}

TEST_CASE("a full export has everything", "[archive]") {
  LedgerFixture ledger;
  submit_with_secrets(ledger);
  auto into = store_in_memory();
  auto result = imported(exported(ledger.store(), 1, true), *into);
  REQUIRE(result);
  CHECK(result->redacted == 0);
  ledger::JobId root = ledger.state().graph().row(0).id;
  CHECK(ledger::read_payload(*into, root).value() == kRoot);
  CHECK(verified(*into).redacted == 0);
}

TEST_CASE("a damaged export is refused, and the line is named", "[archive]") {
  LedgerFixture ledger;
  ledger.run("submit p(a b); cancel a; submit q");
  LedgerFixture other;
  other.run("submit x; submit y; submit z");
  auto sound = lines_of(exported(ledger.store(), 3, true));
  auto foreign = lines_of(exported(other.store(), 3, true));
  auto lines = sound;
  auto fails = [&](const char* what) {
    INFO(what);
    CHECK_THAT(failure(joined(lines)), Catch::StartsWith(what));
    lines = sound;
  };
  CHECK(failure(joined(sound)).empty());
  lines.clear();
  fails("line 1: the export is empty");
  lines[0] = "{}\n";
  fails("line 1: it is not the header of an export");
  lines.pop_back();
  fails("line 4: the export ends here, after 2 of 3 entries");
  lines[3].resize(lines[3].size() / 2);
  fails("line 4: ");
  lines.push_back(lines[3]);
  fails("line 5: there is more than the header speaks of");
  std::swap(lines[2], lines[3]);
  fails("line 3: entry 1 is to stand here, and it is entry 2");
  lines[1] = foreign[1];
  fails("line 3: entry 1 is damaged: event 0");
  lines[3] = foreign[3];
  fails("line 4: entry 2 is damaged: ");
  std::size_t row = lines[1].find("\"row\":\"") + 7;
  lines[1][row + 8] = lines[1][row + 8] == 'A' ? 'B' : 'A';
  fails("line 2: entry 0 is damaged: the payload of job ");
  lines[0].replace(lines[0].find("rootHash\":\"") + 11, 4, "0000");
  fails("the entries have the root hash ");
}

}  // namespace jobledger::daemon::archive
