#include "projections/webhook_table.h"

#include <catch2/catch.hpp>

#include "tests/support/folding.h"
#include "tests/support/map_chunks.h"

namespace jobledger::tests {
namespace {

using ledger::EventKind;
using projections::Webhook;
using projections::WebhookTable;

void fold(WebhookTable& webhooks, EventKind kind, std::uint64_t entry, std::uint64_t id,
          const std::string& team) {
  ledger::Event event;
  event.kind = kind;
  event.subject = {1, id};
  event.detail = ledger::make_detail<ledger::Detail>(
      ledger::WebhookDetail{"https://hooks.example/" + std::to_string(id),
                            ledger::WebhookEvents(static_cast<std::uint16_t>(1 + id % 31))});
  ledger::Entry made = entry_of({event}, entry);
  made.envelope.actor.team = team;
  webhooks.fold(made, 0, 1);
}

void create(WebhookTable& webhooks, std::uint64_t entry, std::uint64_t id,
            const std::string& team = "acme") {
  fold(webhooks, EventKind::webhook_created, entry, id, team);
}

void erase(WebhookTable& webhooks, std::uint64_t entry, std::uint64_t id,
           const std::string& team = "acme") {
  fold(webhooks, EventKind::webhook_deleted, entry, id, team);
}

std::vector<std::uint64_t> ids(const std::vector<Webhook>& webhooks) {
  std::vector<std::uint64_t> all;
  for (const Webhook& each : webhooks) all.push_back(each.id.low);
  return all;
}

using Ids = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("webhooks are those of their team that live as of each version", "[webhook]") {
  WebhookTable webhooks;
  create(webhooks, 1, 1);
  create(webhooks, 3, 2, "other");
  create(webhooks, 4, 3);
  create(webhooks, 5, 4);
  erase(webhooks, 6, 3);
  erase(webhooks, 8, 1);
  const Ids wanted[] = {{}, {}, {1}, {1}, {1}, {1, 3}, {1, 3, 4}, {1, 4}, {1, 4}, {4}};
  for (std::uint64_t version = 0; version < 10; ++version) {
    INFO("version " << version);
    CHECK(ids(webhooks.of_team("acme", version)) == wanted[version]);
    CHECK(ids(webhooks.of_team("other", version)) == (version > 3 ? Ids{2} : Ids{}));
  }
  CHECK(webhooks.of_team("nobody", 9).empty());
  CHECK(webhooks.live_count("acme") == 1);
  CHECK(webhooks.live_count("other") == 1);
  CHECK(webhooks.live_count("nobody") == 0);
  CHECK(webhooks.find({1, 3})->deleted == 6);
  CHECK(webhooks.find({1, 3})->url == "https://hooks.example/3");
  CHECK(webhooks.find({1, 9}) == nullptr);
}

TEST_CASE("webhooks are saved and loaded", "[webhook]") {
  WebhookTable webhooks;
  for (std::uint64_t i = 0; i < 9; ++i) create(webhooks, i, 100 - i, i % 3 == 0 ? "b" : "a");
  erase(webhooks, 9, 95, "a");
  erase(webhooks, 10, 98, "a");
  erase(webhooks, 11, 94, "b");
  MapChunks chunks;
  webhooks.save(12)(chunks, run_at_once);
  WebhookTable loaded;
  REQUIRE(loaded.load(12, chunks));
  MapChunks again;
  loaded.save(12)(again, run_at_once);
  CHECK(again.read("all") == chunks.read("all"));
  erase(webhooks, 12, 99, "a");
  erase(loaded, 12, 99, "a");
  for (std::uint64_t version = 0; version < 14; ++version) {
    INFO("version " << version);
    for (const char* team : {"a", "b"}) {
      CHECK(ids(loaded.of_team(team, version)) == ids(webhooks.of_team(team, version)));
    }
  }
  CHECK(loaded.find({1, 97})->events == webhooks.find({1, 97})->events);
  CHECK(loaded.live_count("a") == webhooks.live_count("a"));
}

TEST_CASE("webhooks that are damaged, or of what is not yet, are not loaded", "[webhook]") {
  WebhookTable webhooks;
  create(webhooks, 3, 1);
  create(webhooks, 5, 2);
  erase(webhooks, 6, 1);
  MapChunks chunks;
  webhooks.save(7)(chunks, run_at_once);
  const std::string whole = *chunks.read("all");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    MapChunks damaged;
    damaged.set("all", whole.substr(0, size));
    WebhookTable other;
    INFO("of " << whole.size() << " bytes " << size);
    CHECK_FALSE(other.load(7, damaged));
  }
  MapChunks longer;
  longer.set("all", whole + '\0');
  WebhookTable other;
  CHECK_FALSE(other.load(7, longer));
  WebhookTable earlier;
  CHECK_FALSE(earlier.load(6, chunks));
  WebhookTable missing;
  CHECK_FALSE(missing.load(7, MapChunks()));
}

}  // namespace jobledger::tests
