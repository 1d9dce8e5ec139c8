#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "families.h"

namespace jobledger::daemon::e2e {

/// Many clients at work on a few families at a time, over kills of their daemon; what each did
/// is in the histories of the families.
class FamilyRun {
 public:
  struct Shape {
    int clients = 8;
    std::size_t operations = 5000;
    std::size_t operations_a_family = 40;
    std::size_t open_families = 3;
    int kills = 2;
  };

  FamilyRun(DaemonRun& daemon, const Team& team, std::uint64_t seed, Shape shape);

  /// Gives what went wrong for a client; empty if nothing.
  std::string run();
  const std::vector<std::shared_ptr<Family>>& families() const { return families_; }
  std::size_t operations() const { return operations_; }

 private:
  /// A client of its own connection, which it loses with the daemon.
  class Client;

  void work(std::uint64_t seed);
  void step(Client& client, std::mt19937_64& random);
  void ask(Client& client, Family& family, FamilyRequest request, std::mt19937_64& random);
  /// One that has been created; or null and a new one in `to_create`.
  std::shared_ptr<Family> pick(std::mt19937_64& random, std::shared_ptr<Family>& to_create);
  bool is_over() const { return operations_ >= shape_.operations || failed_; }

  DaemonRun& daemon_;
  const std::string token_;
  std::mt19937_64 random_;
  const Shape shape_;
  std::atomic<std::uint16_t> port_;  ///< 0 while the daemon is away
  std::atomic<std::size_t> operations_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::string wrong_;
  std::vector<std::shared_ptr<Family>> families_;
};

}  // namespace jobledger::daemon::e2e
