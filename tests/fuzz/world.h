#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace jobledger::fuzz {

/// A ledger in memory with all that serves it but sockets. Everything but the streamed answers
/// happens on the thread that asks, so the same connections get the same answers.
///
/// There are the teams `acme` (tokens `a`, for everything, and `r`, for reading) and `other` (token
/// `o`, which confirms what cancels more than one job), with jobs in every status.
class World {
 public:
  World();
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// A connection, from its first byte to its last answer, and what it got. Pieces of `piece` bytes
  /// are read.
  std::string connect(std::string_view bytes, std::size_t piece);

  /// How many entries there are.
  std::uint64_t version() const;
  /// Folds the log again: it comes to the same.
  void check();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace jobledger::fuzz
