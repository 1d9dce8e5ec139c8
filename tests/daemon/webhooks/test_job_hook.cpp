#include <catch2/catch.hpp>

#include "daemon/webhooks/job_hook.h"

namespace jobledger::daemon::webhooks {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

JobHook hook(const std::string& members, bool redacted = false) {
  auto found = job_hook_in(R"({"a":1,"webhook":{"url":"https://h/x")" + members + "}}", redacted);
  REQUIRE(found);
  return *found;
}

}  // namespace

TEST_CASE("a job's webhook is read from its body") {
  JobHook plain = hook("");
  CHECK(plain.url == "https://h/x");
  CHECK(plain.method == "POST");
  CHECK(plain.headers.empty());
  CHECK_FALSE(plain.data);
  CHECK_FALSE(plain.custom);
  JobHook whole =
      hook(R"(,"method":"put","headers":{"X-A":"1"},"data":{"b": [1, 2]},"custom":true)");
  CHECK(whole.method == "PUT");
  CHECK(whole.headers == Headers{{"X-A", "1"}});
  CHECK(whole.data == R"({"b": [1, 2]})");
  CHECK(whole.custom);
}

TEST_CASE("a body without a webhook has none, wherever else the word stands") {
  std::string body = GENERATE("{}", R"({"webhook":null})", R"({"webhook":{}})",
                              R"({"assets":[{"webhook":{"url":"http://h"}}]})",
                              R"({"tags":"webhook"})", R"({"webhook":{"url":5}})", "[]", "broken");
  CAPTURE(body);
  CHECK_FALSE(job_hook_in(body, false));
}

TEST_CASE("a name of a member may be escaped") {
  CHECK(job_hook_in("{\"\\u0077ebhook\":{\"\\u0075rl\":\"http://h\"}}", false));
}

TEST_CASE("headers that frame or sign the request are not set, nor any that would break it") {
  CHECK(hook(R"(,"headers":{"Host":"x","content-length":"1","Connection":"x","TE":"x",)"
             R"("Transfer-Encoding":"x","Webhook-Signature":"x","webhook-id":"x","Expect":"x",)"
             R"("a b":"x","":"x","b:":"x","X-Line":"a\r\nX-Forged: b","X-Nul":"\u0000",)"
             R"("X-List":[],"X-None":null,"X-Good":"a\tb","X-Number":1.50,"X-Flag":true})")
            .headers == Headers{{"X-Good", "a\tb"}, {"X-Number", "1.50"}, {"X-Flag", "true"}});
}

TEST_CASE("what an export redacted is not sent as if it were the secret") {
  const std::string headers = R"(,"headers":{"A":"[redacted]","B":"b"})";
  CHECK(hook(headers, true).headers == Headers{{"B", "b"}});
  CHECK(hook(headers).headers.size() == 2);
}

}  // namespace jobledger::daemon::webhooks
