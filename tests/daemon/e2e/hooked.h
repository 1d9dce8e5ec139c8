#pragma once

#include <map>
#include <set>
#include <string>

#include "team.h"
#include "tests/daemon/webhooks/receiver_server.h"

namespace jobledger::daemon::e2e {

using webhooks::ReceiverServer;

/// A daemon that may send to this machine, and tries again soon.
inline Words hooked_flags(const Words& more = {}) {
  Words flags = {"--webhooks-allow-private",     "true", "--webhooks-first-retry-seconds", "1",
                 "--webhooks-max-retry-seconds", "1",    "--webhooks-max-attempts",        "100"};
  flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

/// Makes a subscription; `more` are further members: `"events":["job.error"]`.
inline Json subscribe(Team& team, const std::string& url, const std::string& more = "") {
  Answer made = team.post("/ledger/v1/webhooks",
                          R"({"url":")" + url + '"' + (more.empty() ? "" : ',' + more) + '}');
  if (made.status != 201) throw std::runtime_error("no webhook: " + made.text);
  return made.body;
}

/// A job with a webhook of its own.
inline std::string hooked_job(Team& team, const std::string& url, const std::string& more = "") {
  return team.create(
      job_body(R"("webhook":{"url":")" + url + '"' + (more.empty() ? "" : ',' + more) + '}'));
}

inline Json deliveries(Team& team, const std::string& query = "") {
  return team.get("/ledger/v1/deliveries" + query).body["items"];
}

/// Waits until the only delivery that the query finds is in that state, and gives it.
inline Json delivery_in_state(Team& team, const std::string& state, const std::string& query = "") {
  Json found;
  bool is_there = http::eventually([&] {
    found = deliveries(team, query);
    return found.size() == 1 && found[0]["state"] == state;
  });
  if (!is_there) throw std::runtime_error("it is not " + state + ": " + found.dump());
  return found[0];
}

inline std::string header_of(const http::Request& request, std::string_view name) {
  return std::string(request.header(name));
}

}  // namespace jobledger::daemon::e2e
