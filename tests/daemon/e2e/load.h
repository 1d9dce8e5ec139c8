#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "team.h"

namespace jobledger::daemon::e2e {

/// A client that creates trees of jobs, cancels and claims in them at random until its daemon is
/// gone, and keeps what it was told. Only it touches its trees. Each request has an
/// Idempotency-Key of its own.
class LoadClient {
 public:
  LoadClient(DaemonRun& daemon, std::string token, std::uint64_t seed)
      : daemon_(daemon), token_(std::move(token)), random_(seed) {}

  /// Until the connection ends; counts each answer.
  void run(std::atomic<int>& answers);

  /// What is wrong with the ledger, as far as this client knows better; empty if nothing.
  std::string judge(Team& team) const;
  /// Repeats the last requests with their keys. Those that had an answer must get it again; the one
  /// that had none gets one now, and from then on `judge` knows of it. What is wrong, or empty.
  std::string repeat(Team& team);
  std::int64_t last_version() const { return last_version_; }

 private:
  enum class Kind { plant, cancel, claim };
  struct Asked {
    Kind kind;
    std::string method;
    std::string target;
    std::string body;
    std::string key;
    std::size_t tree;  ///< its place among the planted ones
    std::string job;
    Answer answer;
  };
  struct Planted {
    Tree tree;
    bool touched = false;  ///< by a cancel, answered or not
  };

  Asked next_request();
  Asked request(Kind kind, std::size_t tree, const std::string& job);
  bool step(http::Client& client);
  /// False if the answer is one that this client should not get.
  bool take(const Asked& asked, const Answer& answer);
  std::size_t below(std::size_t end) { return random_() % end; }

  DaemonRun& daemon_;
  std::string token_;
  std::mt19937_64 random_;
  std::vector<Planted> planted_;
  std::map<std::string, std::string> told_;  ///< the last acknowledged status of each job
  std::deque<Asked> answered_;               ///< the last ones
  std::optional<Asked> unsure_;              ///< the request that had no answer
  std::int64_t last_version_ = 0;
};

}  // namespace jobledger::daemon::e2e
