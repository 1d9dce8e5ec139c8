#include <catch2/catch.hpp>
#include <set>

#include "daemon/webhooks/signature.h"

namespace jobledger::daemon::webhooks {

TEST_CASE("a signature is that of the example of Standard Webhooks") {
  // github.com/standard-webhooks/standard-webhooks, the tests of its libraries.
  constexpr std::string_view kWanted = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
  std::string prefix = GENERATE("", "whsec_");
  CHECK(signature_of(prefix + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
                     1614265330, R"({"test": 2432232314})") == kWanted);
}

TEST_CASE("an id is the same at each attempt, and another for each thing that is told") {
  const ledger::Salt salt{1, 2, 3};
  const Receiver receiver{"acme", "job:https://a.example:443"};
  const std::string id = message_id(salt, 7, 1, "job.finished", receiver);
  CHECK(id == message_id(salt, 7, 1, "job.finished", receiver));
  CHECK(id.starts_with("msg_"));
  CHECK(id.find('.') == std::string::npos);  // which parts the content that is signed
  std::set<std::string> others = {
      id,
      message_id({1, 2, 4}, 7, 1, "job.finished", receiver),  // another history
      message_id(salt, 8, 1, "job.finished", receiver),
      message_id(salt, 7, 2, "job.finished", receiver),
      message_id(salt, 7, 1, "job.error", receiver),
      message_id(salt, 7, 1, "job.finished", {"acme", "job:https://b.example:443"}),
      message_id(salt, 7, 1, "job.finished", {"apex", "job:https://a.example:443"}),
  };
  CHECK(others.size() == 7);
}

}  // namespace jobledger::daemon::webhooks
