#include "tests/fuzz/world.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "daemon/checkpoints.h"
#include "daemon/claim_waiters.h"
#include "daemon/core.h"
#include "daemon/http/connection.h"
#include "daemon/keys_in_flight.h"
#include "daemon/lease_clock.h"
#include "daemon/logging.h"
#include "daemon/metrics/registry.h"
#include "daemon/routes/api.h"
#include "daemon/streams/places.h"
#include "daemon/streams/stream_thread.h"
#include "daemon/token_text.h"
#include "daemon/version_waiters.h"
#include "daemon/webhooks/delivery_list.h"
#include "daemon/webhooks/dispatcher.h"
#include "projections/recovery.h"
#include "projections/snapshots.h"
#include "tests/fuzz/answers.h"
#include "tests/fuzz/beginnings.h"
#include "tests/fuzz/memory_stream.h"
#include "tests/fuzz/support.h"
#include "tests/support/ledger_fixture.h"
#include "tests/support/temp_dir.h"

namespace jobledger::fuzz {
namespace {

using namespace daemon;

config::Settings small_settings() {
  config::Settings settings;
  settings.public_url = "https://ledger.example";
  settings.limits.max_body_bytes = 4096;
  settings.limits.max_header_bytes = 1024;
  settings.limits.requests_per_second = 0;
  settings.limits.tree_depth = 4;
  settings.limits.tree_jobs = 16;
  settings.limits.jobs_per_entry = 24;
  settings.limits.page_size = 50;
  settings.lease.max_attempts = 2;
  return settings;
}

/// A key of which nothing but the name is random, since the ledger's id is.
ledger::SigningKey key_of(const ledger::Store& store) {
  return {ledger::origin_of("fuzz", store), {}};
}

ledger::SigningKeys keys_of(const ledger::Store& store) {
  ledger::SigningKeys keys;
  keys.add(key_of(store));
  return keys;
}

/// None is sent, so it stays empty, and all worlds may have the same one.
std::string outbox_path() {
  static const tests::TempDir dir;
  return webhooks::outbox_of(dir.path());
}

std::unique_ptr<webhooks::Outbox> empty_outbox() {
  auto outbox = webhooks::Outbox::open(outbox_path(), ledger::Ulid{1, 1}, 0);
  require(outbox.has_value(), "an outbox can be made");
  return *std::move(outbox);
}

void add_token(tests::LedgerFixture& ledger, std::string team, std::string name,
               std::string_view token, ledger::Scopes scopes, std::uint32_t confirm_above) {
  ledger::Submission submission;
  submission.envelope = ledger.envelope;
  submission.command = ledger::CreateToken{std::move(team),      std::move(name), scopes,
                                           hash_of_token(token), std::nullopt,    confirm_above};
  ledger.commit(std::move(submission));
}

void add_tokens(tests::LedgerFixture& ledger) {
  auto reading = ledger::Scopes::parse("jobs:read,audit:read").value();
  add_token(ledger, "acme", "all", "a", ledger::Scopes::all(), 0);
  add_token(ledger, "acme", "reader", "r", reading, 0);
  add_token(ledger, "other", "usual", "o", ledger::Scopes::usual(), 1);
}

}  // namespace

struct World::Parts {
  struct Owner final : http::ConnectionOwner {
    Owner(http::Handler& of, const http::Limits& with) : handler_(of), limits_(with) {}
    http::Handler& handler() override { return handler_; }
    const http::Limits& limits() const override { return limits_; }
    std::shared_ptr<http::MemoryBudget> memory() override { return memory_; }
    void closed(std::shared_ptr<http::Connection>) override {}

   private:
    http::Handler& handler_;
    http::Limits limits_;
    std::shared_ptr<http::MemoryBudget> memory_ =
        std::make_shared<http::MemoryBudget>(limits_.memory_in_flight, limits_.memory_grace);
  };

  Parts();
  ~Parts();
  void follow(const std::vector<ledger::Receipt>& receipts);

  const config::Settings settings = small_settings();
  tests::LedgerFixture ledger{config::rules_of(settings)};
  const ledger::WebhookKey webhook_key;
  webhooks::Dispatcher dispatcher;
  webhooks::DeliveryList deliveries{outbox_path()};
  Checkpoints checkpoints;
  KeysInFlight keys_in_flight;
  streams::Places places{settings.feed.max_followers};
  streams::StreamThread streams;
  metrics::Registry metrics;
  metrics::Requests requests{metrics, routes::names_of_routes()};
  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  ClaimWaiters claims;
  VersionWaiters versions;
  std::unique_ptr<WriterThread> writer;
  LeaseClock leases;
  Core core;
  routes::Api api;
  CheckedHandler handler;
  std::shared_ptr<Owner> owner;
};

World::Parts::Parts()
    : dispatcher(ledger.state(), ledger.store(), webhook_key, ledger.clock(), settings.webhooks,
                 empty_outbox()),
      checkpoints(ledger.store(), ledger.state(), keys_of(ledger.store()), key_of(ledger.store()),
                  {}),
      streams(ledger.state(), ledger.store()),
      claims(io, ledger.state()),
      versions(io, std::chrono::milliseconds(0)),
      writer(std::make_unique<WriterThread>(
          ledger.writer(), ledger.store(), WriterThread::Limits{},
          WriterThread::Hooks{[](auto done) {
                                for (const auto& call : done) call();
                              },
                              [this](const auto& receipts) { follow(receipts); },
                              [](const std::string& why) { require(false, "writes work", why); }})),
      leases([](const LeaseClock::Lease&) { return true; }, std::chrono::seconds(300)),
      core{settings,
           settings.public_url,
           ledger.store(),
           ledger.state(),
           ledger.clock(),
           *writer,
           leases,
           claims,
           versions,
           keys_in_flight,
           streams,
           places,
           metrics,
           requests,
           checkpoints,
           webhook_key,
           deliveries,
           dispatcher,
           [] { return std::string(); }},
      api(core),
      handler(api),
      owner(std::make_shared<Owner>(handler, config::http_limits_of(settings))) {
  add_tokens(ledger);
  ledger.state().on_publish([this](std::uint64_t version) {
    versions.publish(version);
    streams.publish();
  });
}

World::Parts::~Parts() {
  claims.stop();
  io.poll();
  writer->stop();
  streams.stop();
}

void World::Parts::follow(const std::vector<ledger::Receipt>& receipts) {
  for (const ledger::Receipt& receipt : receipts) {
    if (!receipt.entry) continue;
    leases.follow(*receipt.entry);
    claims.follow(*receipt.entry);
    checkpoints.follow(*receipt.entry);
  }
}

World::World() : parts_(std::make_unique<Parts>()) {
  constexpr std::uint64_t kBegun = 19;
  for (const std::string& sent : {beginnings_of_acme(), beginnings_of_other()}) {
    std::string got = connect(sent, sent.size());
    require(got.find("HTTP/1.1 4") == std::string::npos, "a world begins well", got);
    parts_->ledger.clock().set(tests::kNewYear);  // so that ids are the same whatever comes
  }
  require(version() == kBegun, "all that was asked for at first is an entry");
}
World::~World() = default;

std::string World::connect(std::string_view bytes, std::size_t piece) {
  Parts& parts = *parts_;
  // Who waits for a job outlives this.
  auto exchange = std::make_shared<Exchange>();
  exchange->sent = bytes;
  exchange->piece = piece;
  parts.handler.begin();
  auto connection = std::make_shared<http::Connection>(
      std::make_unique<MemoryStream>(parts.io, exchange), parts.owner);
  connection->start();
  parts.io.poll();
  // What is made on another thread while it is sent comes in its own time.
  while (!exchange->closed && parts.handler.streams()) parts.io.run_one();
  check_answers(exchange->got, parts.handler.has_endless());
  parts.ledger.clock().advance(1);
  return exchange->got;
}

std::uint64_t World::version() const {
  return parts_->ledger.state().version();
}

void World::check() {
  projections::RecoveryReport quiet{[](const std::string&) {},
                                    [](const projections::FoldProgress&) {}};
  auto again = projections::refold(parts_->ledger.store(), quiet);
  require(again.has_value(), "a log is folded again", again ? "" : again.error().message);
  require(projections::digests(**again) == projections::digests(parts_->ledger.state()),
          "a log that is folded again comes to the same");
}

}  // namespace jobledger::fuzz
