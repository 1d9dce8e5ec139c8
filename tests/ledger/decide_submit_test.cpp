#include "ledger/hash.h"
#include "ledger/keys.h"
#include "ledger/payload.h"
#include "tests/ledger/table.h"

namespace jobledger::tests {
namespace {

const ledger::SubmissionDetail& detail_of(const ledger::Receipt& receipt, std::size_t place) {
  return receipt.entry->events.at(place).as<ledger::SubmissionDetail>();
}

}  // namespace

TEST_CASE("a submitted tree is created breadth first", "[decide][submit]") {
  check({
      {"one job", "", "submit a", "submitted a queued"},
      {"a parent waits for its children", "", "submit p(a b)",
       "submitted p pending; submitted a queued <p; submitted b queued <p"},
      {"children of each job are neighbours", "", "submit p(a(c) b(d e))",
       "submitted p pending; submitted a pending <p; submitted b pending <p; "
       "submitted c queued <a; submitted d queued <b; submitted e queued <b"},
      {"a joined job is no different", "", "join p(a b)",
       "submitted p pending; submitted a queued <p; submitted b queued <p"},
      {"a joined job of videos alone", "", "join p", "submitted p queued"},
  });
}

TEST_CASE("jobs are numbered in the order of creation", "[decide][submit]") {
  LedgerFixture ledger;
  ledger.run("submit x");
  auto receipt = ledger.run("submit p(a(c) b)");
  for (ledger::JobNumber i = 0; i < 4; ++i) CHECK(receipt.entry->events[i].number == i + 1);
}

TEST_CASE("a tree may be sixteen deep", "[decide][submit]") {
  LedgerFixture ledger;
  std::string tree = "j16";
  for (int i = 15; i >= 1; --i) tree = "j" + std::to_string(i) + "(" + tree + ")";
  CHECK(ledger.submit(tree).entry->events.size() == 16);
  CHECK(ledger.cancel("j16").entry->events.size() == 16);
  CHECK(ledger.statuses("j1") == "j1:manually_cancelled");
}

TEST_CASE("a batch holds the jobs that can be created and the errors of the others",
          "[decide][submit]") {
  check({
      {"all of them", "", "batch B x y(z)",
       "batch B of 2; submitted x queued; submitted y pending; submitted z queued <y"},
      {"some of them", "", "batch B - x -", "batch B of 3; submitted x queued"},
      {"none of them", "", "batch B - -", "refused batch_failed [0] [1]"},
  });

  LedgerFixture ledger;
  auto receipt = ledger.run("batch B - x - y(z)");
  auto batch = receipt.entry->events.at(0).as<ledger::BatchDetail>();
  CHECK(batch.errors ==
        std::vector<ledger::BatchItemError>{{0, "invalid_job", "it cannot be created"},
                                            {2, "invalid_job", "it cannot be created"}});
  CHECK(detail_of(receipt, 1).batch == ledger.id("B"));
  CHECK(detail_of(receipt, 1).batch_index == 1);
  CHECK(detail_of(receipt, 2).batch_index == 3);
  CHECK_FALSE(detail_of(receipt, 3).batch);  // a child is in no batch

  receipt = ledger.run("batch C -");
  CHECK(receipt.refusal->offenders.at(0).note == "it cannot be created");
  CHECK(ledger.state().graph().batch_count() == 1);
}

TEST_CASE("an entry creates no more jobs than its rules allow", "[decide][submit]") {
  ledger::Rules rules;
  rules.max_jobs_per_entry = 3;
  check({{"as many as that", "", "submit p(a b)",
          "submitted p pending; submitted a queued <p; submitted b queued <p"},
         {"one more", "", "submit p(a b(c))", "refused too_many_jobs (not recorded)"},
         {"a joined one", "", "join p(a b c)", "refused too_many_jobs (not recorded)"},
         {"in a batch all its trees count", "", "batch B p(a) q(b)",
          "refused too_many_jobs (not recorded)"},
         {"but not what cannot be created", "", "batch B p(a) q -",
          "batch B of 3; submitted p pending; submitted q queued; submitted a queued <p"}},
        rules);
}

TEST_CASE("a submission keeps what lists and claims need", "[decide][submit]") {
  LedgerFixture ledger;
  auto receipt = ledger.run("submit p#red,blue!-7(a b)");
  CHECK(detail_of(receipt, 0).template_id == "p");
  CHECK(detail_of(receipt, 0).tags == std::vector<std::string>{"red", "blue"});
  CHECK(detail_of(receipt, 0).priority == -7);
  CHECK(detail_of(receipt, 0).total_assets == 2);
  CHECK(detail_of(receipt, 1).tags.empty());
  CHECK(detail_of(ledger.run("join q(c)"), 0).template_id.empty());
}

TEST_CASE("the output URL is the job's own, else made from the template", "[decide][submit]") {
  ledger::Rules rules;
  LedgerFixture plain(rules);
  CHECK(detail_of(plain.run("submit a"), 0).output_url.empty());

  rules.output_url_template = "https://out/{id}/{id}.mp4";
  LedgerFixture ledger(rules);
  auto receipt = ledger.run("submit a");
  std::string id = ledger.id("a").text();
  CHECK(detail_of(receipt, 0).output_url == "https://out/" + id + "/" + id + ".mp4");

  ledger::Submission own = ledger.ask("submit b");
  std::get<ledger::SubmitJob>(own.command).job.output_url = "s3://mine";
  CHECK(detail_of(ledger.commit(std::move(own)), 0).output_url == "s3://mine");
}

TEST_CASE("a payload is hashed with the salt of the entry and the id", "[decide][submit]") {
  LedgerFixture ledger;
  auto receipt = ledger.run("submit p(a b#red)");
  const ledger::Entry& entry = *receipt.entry;
  std::string_view salt(reinterpret_cast<const char*>(entry.salt.data()), entry.salt.size());
  const std::vector<std::string> bodies = {"p(a b#red)", "a", "b#red"};
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    ledger::JobId id = entry.events[i].subject;
    CHECK(detail_of(receipt, i).payload_hash ==
          ledger::sha256({salt, ledger::keys::payload(id), bodies[i]}));
    CHECK(ledger::read_payload(ledger.store(), id).value() == bodies[i]);
  }
}

TEST_CASE("payloads of a batch are those of its jobs", "[decide][submit]") {
  LedgerFixture ledger;
  ledger.run("batch B x - y!3(z#red(u) v)");
  auto payload = [&](std::string_view job) {
    return ledger::read_payload(ledger.store(), ledger.id(job)).value();
  };
  CHECK(payload("x") == "x");
  CHECK(payload("y") == "y!3(z#red(u) v)");
  CHECK(payload("z") == "z#red(u)");
  CHECK(payload("u") == "u");
  CHECK(payload("v") == "v");
}

TEST_CASE("a decision is pure", "[decide]") {
  LedgerFixture ledger;
  ledger.run("submit p(a b(c)); claim a; submit d");
  ledger::Rules rules;
  for (const char* line : {"submit x(y)", "batch B x", "cancel p", "claim d", "finish a"}) {
    ledger::Submission asked = ledger.ask(line);
    auto once = [&] {
      CountingIds ids;
      return ledger::decide(
          ledger.state().jobs(), asked.command,
          {rules, asked.envelope.actor, kNewYear, ids.next_salt(), asked.body, ids});
    };
    ledger::Decision first = once();
    ledger::Decision second = once();
    INFO(line);
    CHECK_FALSE(first.events.empty());
    CHECK(first.events == second.events);
  }
}

}  // namespace jobledger::tests
