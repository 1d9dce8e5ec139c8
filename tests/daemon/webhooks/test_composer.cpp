#include "daemon/webhooks/composer.h"

#include <catch2/catch.hpp>

#include "daemon/webhooks/noter.h"
#include "daemon/webhooks/signature.h"
#include "ledger/payload.h"
#include "tests/support/ledger_fixture.h"
#include "tests/support/temp_dir.h"

namespace jobledger::daemon::webhooks {
namespace {

const ledger::Ulid kLedger{1, 2};

struct World {
  tests::LedgerFixture ledger;
  tests::TempDir dir;
  std::unique_ptr<Outbox> outbox;

  World() {
    auto opened = Outbox::open(outbox_of(dir.path()), kLedger, 0);
    REQUIRE(opened);
    outbox = std::move(*opened);
  }

  /// As API v1 and imports may leave it in the log: nobody checked it.
  void give_body(const std::string& job, const std::string& body) {
    ledger::StoreBatch batch(ledger.store());
    batch.put_payload(ledger.id(job), ledger::write_payload_row({.body = body, .slice = {}}));
    REQUIRE(ledger.store().write(batch));
  }

  /// Notes all that there is, of which one is due for that receiver at first.
  Delivery noted(const std::string& receiver) {
    Noter noter(ledger.state(), ledger.store(), *outbox, ledger.clock());
    while (!noter.go_on().is_all) {
    }
    std::vector<Delivery> due = outbox->due({ledger.team(), receiver}, 10);
    REQUIRE_FALSE(due.empty());
    return due[0];
  }

  /// What the webhook of a job with that member comes to, which leads to `receiver`.
  Delivery of_hook(const std::string& webhook, const std::string& receiver) {
    ledger.run("submit a");
    give_body("a", R"({"webhook":)" + webhook + '}');
    ledger.run("claim a; finish a");
    return noted(receiver);
  }

  ledger::Result<Message> compose(const Delivery& delivery) {
    const ledger::WebhookKey key;
    Composer composer(ledger.state(), ledger.store(), key, "http://here");
    return composer.compose(delivery, 1000);
  }

  std::string why_not(const Delivery& delivery) {
    auto message = compose(delivery);
    return message ? "it is sent" : message.error().message;
  }
};

std::string url_of_bytes(std::size_t bytes) {
  const std::string start = "http://h.example/";
  return start + std::string(bytes - start.size(), 'x');
}

std::string hook(const std::string& url, const std::string& method = "POST") {
  return R"({"url":")" + url + R"(","method":")" + method + "\"}";
}

const std::string kHost = "job:http://h.example:80";
const std::string kNoHost = "job:invalid";

}  // namespace

TEST_CASE("a job's webhook is sent to an address of up to 2048 bytes") {
  World world;
  Delivery delivery = world.of_hook(hook(url_of_bytes(2048), "put"), kHost);
  CHECK(delivery.url == url_of_bytes(2048));
  auto message = world.compose(delivery);
  REQUIRE(message);
  CHECK(message->method == "PUT");
  CHECK(message->url == url_of_bytes(2048));
  CHECK(message->body.find(R"("event":"job.finished")") != std::string::npos);
}

TEST_CASE("an address that is too long, or none of HTTP, is neither kept nor sent to") {
  struct Row {
    std::string url;
    const char* why;
  };
  const Row row =
      GENERATE(Row{url_of_bytes(2049), "not sent: the url has more than 2048 bytes"},
               Row{url_of_bytes(9'000'000), "not sent: the url has more than 2048 bytes"},
               Row{"h.example/x", "not sent: the url is none of http:// or https://"},
               Row{"ftp://h.example/", "not sent: the url is none of http:// or https://"});
  CAPTURE(row.url.substr(0, 100));
  World world;
  Delivery delivery = world.of_hook(hook(row.url), kNoHost);
  CHECK(delivery.url.empty());
  CHECK(world.why_not(delivery) == row.why);
}

TEST_CASE("a method that is no word of up to 32 letters is not sent") {
  const std::string method =
      GENERATE(as<std::string>(), "", "PO ST", "GET / HTTP/1.1\\r\\nX-Forged: b\\r\\n\\r\\nPOST",
               "POST\\n", "P\\u0000ST", "P0ST", std::string(33, 'x'), std::string(9'000'000, 'x'));
  CAPTURE(method.substr(0, 100));
  World world;
  CHECK(world.why_not(world.of_hook(hook("http://h.example/", method), kHost)) ==
        "not sent: a webhook's method must be 1 to 32 letters");
}

TEST_CASE("a subscription is sent to until it is deleted") {
  World world;
  world.ledger.run("hook s; submit a; cancel a");
  Delivery delivery = world.noted(world.ledger.id("s").text());
  auto message = world.compose(delivery);
  REQUIRE(message);
  CHECK(message->url == "https://hooks.example/s");
  CHECK(message->body.find(R"("type":"job.cancelled")") != std::string::npos);
  world.ledger.run("unhook s");
  CHECK(world.why_not(delivery) == "the subscription was deleted");
}

TEST_CASE("what was noted of an entry that another stands in place of is not sent") {
  const std::string gone = "the entry is no longer the one that this was about";
  World world;
  world.ledger.run("hook s; batch B x; submit a; token T; cancel a; claim x; finish x");
  Delivery delivery = world.noted(world.ledger.id("s").text());
  REQUIRE(world.compose(delivery));
  auto with = [&](auto change) {
    Delivery other = delivery;
    change(other);
    return world.why_not(other);
  };
  // Of a submission, of a token, and of no entry at all, as after a cut of the log.
  CHECK(with([](Delivery& other) { other.entry = 1; }) == gone);
  CHECK(with([](Delivery& other) { other.entry = 3; }) == gone);
  CHECK(with([](Delivery& other) { other.entry = 1000; }) == gone);
  CHECK(with([](Delivery& other) { other.place = 1000; }) == gone);
  CHECK(with([](Delivery& other) {
          other.event = "batch.finished";
          other.subject = "";
        }) == gone);
  CHECK(with([](Delivery& other) { other.message = "msg_of another history"; }) == gone);
}

TEST_CASE("what the ledger cannot have told of is not sent either") {
  World world;
  world.ledger.run("hook s; token T");
  const std::uint64_t index = world.ledger.state().version() - 1;
  Delivery delivery;
  delivery.entry = index;
  delivery.receiver = {world.ledger.team(), world.ledger.id("s").text()};
  auto why_not = [&](const std::string& event, const std::string& subject) {
    delivery.event = event;
    delivery.subject = subject;
    delivery.message =
        message_id(world.ledger.entry(index).salt, index, 0, event, delivery.receiver);
    return world.why_not(delivery);
  };
  CHECK(why_not("job.finished", "") == "the event that this was about is none of a job");
  CHECK(why_not("batch.finished", "") == "the batch is not in the ledger");
  CHECK(why_not("batch.finished", ledger::Ulid{5, 5}.text()) == "the batch is not in the ledger");
}

}  // namespace jobledger::daemon::webhooks
