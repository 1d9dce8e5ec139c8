#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "team.h"

namespace jobledger::daemon::e2e {

/// A client that creates trees of jobs, cancels and claims in them at random until its daemon is
/// gone, and keeps what it was told. Only it touches its trees.
class LoadClient {
 public:
  LoadClient(DaemonRun& daemon, std::string token, std::uint64_t seed)
      : daemon_(daemon), token_(std::move(token)), random_(seed) {}

  /// Until the connection ends; counts each answer.
  void run(std::atomic<int>& answers);

  /// What is wrong with the ledger, as far as this client knows better; empty if nothing.
  std::string judge(Team& team) const;
  std::int64_t last_version() const { return last_version_; }

 private:
  struct Planted {
    Tree tree;
    bool touched = false;  ///< by a cancel, answered or not
  };

  Answer ask(http::Client& client, std::string_view method, const std::string& target,
             const std::string& body);
  bool step(http::Client& client);
  bool plant(http::Client& client);
  bool cancel(http::Client& client, Planted& planted);
  bool claim(http::Client& client, Planted& planted);
  std::size_t below(std::size_t end) { return random_() % end; }

  DaemonRun& daemon_;
  std::string token_;
  std::mt19937_64 random_;
  std::vector<Planted> planted_;
  std::map<std::string, std::string> told_;  ///< the last acknowledged status of each job
  std::string unsure_;                       ///< the job of the request that had no answer
  std::int64_t last_version_ = 0;
};

}  // namespace jobledger::daemon::e2e
