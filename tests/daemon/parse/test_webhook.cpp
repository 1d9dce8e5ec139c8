#include <catch2/catch.hpp>

#include "daemon/parse/webhook.h"
#include "tests/daemon/parse/support.h"

using namespace jobledger;
using namespace jobledger::daemon::parse;
using ledger::WebhookEvent;
using ledger::WebhookEvents;

namespace {

std::string events_body(const std::string& events) {
  return R"({"url":"https://hooks.example/a","events":)" + events + "}";
}

std::string url_body(const std::string& url) {
  return R"({"url":")" + url + "\"}";
}

}  // namespace

TEST_CASE("a webhook", "[parse]") {
  auto parsed = parse_webhook(R"({"url":"https://hooks.example:8443/a/b?c=d@e","more":1})");
  REQUIRE(lines(parsed.problems) == "");
  CHECK(parsed.value.url == "https://hooks.example:8443/a/b?c=d@e");
  CHECK(parsed.value.events == WebhookEvents::all());
  parsed = parse_webhook(events_body(R"(["batch.finished","job.error"])"));
  REQUIRE(lines(parsed.problems) == "");
  CHECK(parsed.value.events ==
        WebhookEvents{WebhookEvent::job_error, WebhookEvent::batch_finished});
  CHECK(parse_webhook(events_body("null")).value.events == WebhookEvents::all());
  const std::string longest = "http://h/" + std::string(2048 - 9, 'x');
  CHECK(parse_webhook(url_body(longest)).value.url == longest);
}

TEST_CASE("what is wrong with a webhook", "[parse]") {
  const std::string wanted = "url must be an http:// or https:// URL with a host";
  const std::string user =
      "url must have no user or password in it: what is sent is signed, so that it can be told "
      "from "
      "what others send";
  const std::string known =
      " must be of job.finished, job.error, job.cancelled, batch.finished, cascade.cancelled";
  const Row rows[] = {
      {"{}", "url is required: give the address that webhooks are sent to"},
      {url_body("hooks.example"), wanted},
      {url_body("ftp://hooks.example"), wanted},
      {url_body("https:///a"), wanted},
      {url_body("https://hooks.example/a b"), wanted},
      {url_body("https://hooks.example\\\\@other.example"), wanted},
      {url_body("https://ann@hooks.example/a"), user},
      {url_body("https://ann:pass@hooks.example?a"), user},
      {url_body("https://hooks.example/a#b"), "url must have no fragment: it would not be sent"},
      {url_body("http://h/" + std::string(2048 - 8, 'x')), "url must be at most 2048 bytes"},
      {R"({"url":7})", "url must be a string, not a number"},
      {events_body("[]"), "events must name an event: leave it out for all of them"},
      {events_body(R"("job.error")"), "events must be an array, not a string"},
      {events_body(R"(["job.error","job.started",1,"job.error"])"),
       "events[1]" + known +
           "\nevents[2] must be a string, not a number\nevents[3] is there twice"},
  };
  for (const Row& row : rows) {
    INFO(row.input);
    CHECK(lines(parse_webhook(row.input).problems) == row.wanted);
  }
}
