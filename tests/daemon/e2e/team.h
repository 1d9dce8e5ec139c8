#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bodies.h"
#include "daemon_run.h"
#include "json.h"
#include "tests/daemon/http/http_fixture.h"

namespace jobledger::daemon::e2e {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Answer {
  int status = 0;
  std::string text;
  Json body;  ///< missing if the answer is not JSON
  std::string head;

  std::string header(std::string_view name) const;
  /// `Ledger-Version`.
  std::int64_t version() const;
};

/// A request as it goes over the wire.
std::string request_text(std::string_view method, std::string_view target, std::string_view token,
                         std::string_view body = "", const Headers& headers = {});
/// Reads an answer and checks what holds of all: that it tells its version and its request, and
/// that an error has its members. Throws if one does not; the status is 0 if the connection
/// ended instead.
Answer read_answer(http::Client& client);

/// A request on a connection of its own that has not been answered yet.
class Waiting {
 public:
  explicit Waiting(std::unique_ptr<http::Client> client) : client_(std::move(client)) {}
  Answer answer() { return read_answer(*client_); }
  void hang_up() { client_->close(); }

 private:
  std::unique_ptr<http::Client> client_;
};

/// What a claim gave.
struct Claimed {
  std::string job;
  std::string lease;
  Answer answer;
};

/// A client with a token, on a connection that is kept.
class Team {
 public:
  Team(DaemonRun& daemon, std::string name, std::string token);
  /// The same team with another token: see DaemonRun::new_token.
  Team with_token(const std::string& more) const;

  Answer call(std::string_view method, std::string_view target, std::string_view body = "",
              const Headers& headers = {});
  Answer get(std::string_view target, const Headers& headers = {});
  Answer post(std::string_view target, std::string_view body, const Headers& headers = {});

  // What tests say most. Each throws if it is not answered as it should be.
  std::string create(std::string_view body);
  std::string create() { return create(job_body()); }
  Tree plant(std::string_view notation);
  Json job(std::string_view id);
  std::string status(std::string_view id);
  /// `root=pending a=queued b=cancelled`, in the order of the notation.
  std::string statuses(const Tree& tree);
  Json history(std::string_view id);
  Json entry(std::int64_t index);
  std::int64_t version();

  Answer cancel(std::string_view id, std::string_view body = "");
  Answer cancel_all(const std::vector<std::string>& ids, std::string_view more = "");

  Claimed claim(std::string_view id, std::string_view more = "");
  Answer report(const Claimed& claimed, std::string_view kind, std::string_view more = "");
  Answer finish(const Claimed& claimed, std::string_view more = "");
  Answer fail(const Claimed& claimed, std::string_view error = "out of memory");
  void render(std::string_view id) { finish(claim(id)); }

  /// Sends and does not wait.
  Waiting begin(std::string_view method, std::string_view target, std::string_view body = "",
                const Headers& headers = {});
  /// A claim that is in work by now, as a repeat of its key is refused. The daemon must have one
  /// thread for connections, so that it takes requests in the order in which they were sent: see
  /// daemon_of_one_thread().
  Waiting begin_claim(std::string_view body, const std::string& key);

  std::unique_ptr<http::Client> connect() const;
  const std::string& name() const { return name_; }
  const std::string& token() const { return token_; }
  DaemonRun& daemon() const { return *daemon_; }

 private:
  DaemonRun* daemon_;
  std::string name_;
  std::string token_;
  std::unique_ptr<http::Client> client_;
  int start_ = 0;
};

}  // namespace jobledger::daemon::e2e
