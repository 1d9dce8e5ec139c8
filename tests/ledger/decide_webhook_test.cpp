#include "tests/ledger/table.h"

namespace jobledger::tests {
namespace {

using ledger::Scope;
using ledger::Scopes;
using ledger::WebhookEvent;
using ledger::WebhookEvents;

}  // namespace

TEST_CASE("webhooks are made and deleted", "[decide][webhook]") {
  check({
      {"made", "", "hook H", "hooked H"},
      {"deleted", "hook H", "unhook H", "unhooked H"},
      {"once", "hook H; unhook H", "unhook H", "nothing"},
      {"nobody knows it", "hook H", "unhook ?I", "refused webhook_not_found ?I"},
      {"a token is none", "token T", "unhook T", "refused webhook_not_found T"},
  });
  LedgerFixture ledger;
  ledger.run("hook H");
  ledger.envelope.actor.team = "other";
  CHECK(ledger.tell(ledger.run("unhook H")) == "refused webhook_not_found H");
}

TEST_CASE("a webhook is recorded with its address and events, also when it is deleted",
          "[decide][webhook]") {
  LedgerFixture ledger;
  ledger::WebhookDetail wanted{"https://hooks.example/H", WebhookEvents::all()};
  auto made = ledger.run("hook H");
  CHECK(made.entry->events.at(0).as<ledger::WebhookDetail>() == wanted);
  CHECK(made.entry->command.text.empty());
  auto deleted = ledger.run("unhook H");
  CHECK(deleted.entry->events.at(0).as<ledger::WebhookDetail>() == wanted);
  CHECK(deleted.entry->command.subjects == std::vector<ledger::Ulid>{ledger.id("H")});
}

TEST_CASE("a webhook takes both scopes: it is told of who did what", "[decide][webhook][scope]") {
  for (Scope only : {Scope::jobs_write, Scope::audit_read}) {
    LedgerFixture ledger;
    ledger.envelope.actor.scopes = Scopes().with(only);
    auto receipt = ledger.run("hook H");
    REQUIRE(receipt.refusal);
    CHECK(receipt.refusal->code == ledger::RefusalCode::insufficient_scope);
    Scope other = only == Scope::jobs_write ? Scope::audit_read : Scope::jobs_write;
    CHECK(receipt.refusal->limit == static_cast<std::uint64_t>(other));
    CHECK(receipt.entry->command.text == "https://hooks.example/H");
    CHECK(receipt.entry->command.number == WebhookEvents::all().bits());
    ledger.envelope.actor.scopes = Scopes().with(Scope::jobs_write).with(Scope::audit_read);
    CHECK(ledger.run("hook H").entry->accepted());
  }
}

TEST_CASE("a team has at most a hundred webhooks at a time", "[decide][webhook]") {
  LedgerFixture ledger;
  for (int i = 0; i < 100; ++i) {
    REQUIRE(ledger.run("hook H" + std::to_string(i)).entry->accepted());
  }
  CHECK(ledger.tell(ledger.run("hook more")) == "refused too_many_webhooks");
  ledger.envelope.actor.team = "other";
  CHECK(ledger.run("hook other").entry->accepted());
  ledger.envelope.actor.team = "acme";
  ledger.run("unhook H7");
  CHECK(ledger.run("hook one-more").entry->accepted());
  CHECK(ledger.tell(ledger.run("hook more")) == "refused too_many_webhooks");
}

TEST_CASE("the events of webhooks have names, both ways", "[webhook]") {
  const std::vector<std::string_view> names = {"job.finished", "job.error", "job.cancelled",
                                               "batch.finished", "cascade.cancelled"};
  CHECK(WebhookEvents::all().names() == names);
  WebhookEvents events;
  CHECK(events.empty());
  for (std::string_view name : names) {
    auto event = ledger::webhook_event_named(name);
    REQUIRE(event);
    CHECK(name_of(*event) == name);
    CHECK_FALSE(events.has(*event));
    events = events.with(*event);
    CHECK(events.has(*event));
  }
  CHECK(events == WebhookEvents::all());
  CHECK_FALSE(ledger::webhook_event_named("job.started"));
  CHECK_FALSE(ledger::webhook_event_named(""));
  CHECK(WebhookEvents{WebhookEvent::job_error, WebhookEvent::batch_finished}.names() ==
        std::vector<std::string_view>{"job.error", "batch.finished"});
  CHECK_FALSE(WebhookEvents(0x20).known());
  CHECK(WebhookEvents(0x1f).known());
}

}  // namespace jobledger::tests
