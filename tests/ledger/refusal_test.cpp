#include "ledger/refusal.h"

#include <catch2/catch.hpp>
#include <set>

#include "ledger/event.h"

namespace jobledger::tests {

using ledger::JobStatus;
using ledger::Refusal;
using ledger::RefusalCode;

TEST_CASE("a refusal says what went wrong and what to do", "[refusal]") {
  auto about = [](RefusalCode code, std::vector<ledger::Offender> offenders,
                  std::uint64_t limit = 0) {
    return describe(Refusal{code, std::move(offenders), limit});
  };
  ledger::Offender a{"A", JobStatus::finished, 3, 0, ""};
  ledger::Offender b{"B", JobStatus::error, 4, 1, ""};
  CHECK(about(RefusalCode::insufficient_scope, {},
              static_cast<std::uint64_t>(ledger::Scope::jobs_cancel)) ==
        "this token lacks the scope jobs:cancel; use a token that has it");
  CHECK(about(RefusalCode::not_cancellable, {a}) ==
        "job A is finished; only queued and pending jobs can be cancelled");
  CHECK(about(RefusalCode::not_cancellable, {a, b}) ==
        "job A is finished (and 1 more, see details); only queued and pending jobs can be "
        "cancelled");
  CHECK(about(RefusalCode::job_not_found, {a, b, b}) ==
        "no job A (and 2 more, see details); check the id and the team of the token");
  CHECK(about(RefusalCode::job_final, {b}) ==
        "job B is already error; stop working on it and claim another");
  CHECK_THAT(about(RefusalCode::too_many_jobs, {}, 100), Catch::StartsWith("more than 100 jobs"));
}

TEST_CASE("the refusal of a plan, a stop or an undo says what to do", "[refusal]") {
  auto about = [](RefusalCode code, std::vector<ledger::Offender> offenders,
                  std::uint64_t limit = 0) {
    return describe(Refusal{code, std::move(offenders), limit});
  };
  ledger::Offender a{"A", JobStatus::queued, 3, 0, "", ""};
  ledger::Offender b{"B", JobStatus::error, 4, 1, "", ""};
  ledger::Offender entry{"12", JobStatus::none, std::nullopt, ledger::kNotInList, "", ""};
  CHECK(about(RefusalCode::plan_changed, {a, b}, 42) ==
        "the plan of version 42 no longer holds; see details, ask for the plan again with "
        "dryRun=true and repeat with its ETag");
  CHECK(about(RefusalCode::confirmation_required, {}, 10) ==
        "this token may cancel at most 10 jobs in one call without confirmation; ask for the plan "
        "with dryRun=true and repeat with its ETag as If-Match");
  CHECK(about(RefusalCode::no_stop_requested, {a}) ==
        "nobody asked job A to stop; go on, or report finish or fail");
  CHECK(about(RefusalCode::cancellation_not_found, {entry}) ==
        "no cancellation 12; see GET /ledger/v1/cancellations");
  CHECK(about(RefusalCode::nothing_to_undo, {entry}) ==
        "entry 12 cancelled nothing; there is nothing to undo");
  CHECK(about(RefusalCode::moved_on, {a, b}) ==
        "job A is queued since (and 1 more, see details); a cascade is undone as a whole or not at "
        "all");
  CHECK(about(RefusalCode::unresolvable, {b}) ==
        "job B is error; its parent would wait for it for ever");
}

TEST_CASE("the refusal of a webhook says what to do", "[refusal]") {
  ledger::Offender a{"A", JobStatus::none, std::nullopt, ledger::kNotInList, "", ""};
  CHECK(describe(Refusal{RefusalCode::webhook_not_found, {a}}) ==
        "no webhook A; see GET /ledger/v1/webhooks");
  CHECK(describe(Refusal{RefusalCode::too_many_webhooks, {}, 100}) ==
        "the team has 100 webhooks, which is as many as it may; delete one, or let one be told of "
        "more events");
}

TEST_CASE("every code has a name and a sentence of its own", "[refusal]") {
  std::set<std::string> names;
  std::set<std::string> sentences;
  for (std::uint8_t i = 0; i < ledger::kRefusalCodes; ++i) {
    auto code = static_cast<RefusalCode>(i);
    names.emplace(name_of(code));
    sentences.insert(describe(Refusal{code, {}, 1}));
  }
  CHECK(names.size() == ledger::kRefusalCodes);
  CHECK(sentences.size() == ledger::kRefusalCodes);
}

TEST_CASE("every status, event, cause and command has a name of its own", "[names]") {
  std::set<std::string_view> statuses;
  for (std::uint8_t i = 0; i < ledger::kStatusCount; ++i) {
    statuses.insert(name_of(static_cast<JobStatus>(i)));
    if (i == 0) continue;
    CHECK(ledger::status_named(name_of(static_cast<JobStatus>(i))) == static_cast<JobStatus>(i));
  }
  CHECK(statuses.size() == ledger::kStatusCount);
  CHECK_FALSE(ledger::status_named("none"));
  CHECK_FALSE(ledger::status_named("Queued"));

  std::set<std::string_view> events;
  for (std::uint8_t i = 0; i < ledger::kEventKinds; ++i) {
    events.insert(name_of(static_cast<ledger::EventKind>(i)));
  }
  CHECK(events.size() == ledger::kEventKinds);

  std::set<std::string_view> causes;
  for (std::uint8_t i = 0; i < ledger::kCauses; ++i) {
    causes.insert(name_of(static_cast<ledger::Cause>(i)));
  }
  CHECK(causes.size() == ledger::kCauses);

  std::set<std::string_view> commands;
  for (std::uint8_t i = 0; i < ledger::kCommandKinds; ++i) {
    commands.insert(name_of(static_cast<ledger::CommandKind>(i)));
  }
  CHECK(commands.size() == ledger::kCommandKinds);
  for (const auto& names : {events, causes, commands}) CHECK_FALSE(names.contains(""));
}

}  // namespace jobledger::tests
