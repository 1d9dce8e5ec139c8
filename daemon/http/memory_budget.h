#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

namespace jobledger::daemon::http {

/// A bound on the memory that all clients together make a server keep: of requests that are not
/// there whole or not answered, and of answers that are not read. Where it is reached, whoever has
/// kept most of the others waiting is let go: the one that began first. Any thread.
class MemoryBudget {
 public:
  /// Who holds memory on account of a slow client.
  class Holder {
   public:
    virtual ~Holder() = default;
    /// Let go of it soon.
    virtual void give_up() = 0;
  };

  /// `most` bytes. Who began less than `grace` ago is not let go.
  MemoryBudget(std::uint64_t most, std::chrono::milliseconds grace) : most_(most), grace_(grace) {}

  /// What one holds, given back with the object. To be used by one thread at a time.
  class Hold {
   public:
    /// Without a holder it is never let go.
    explicit Hold(std::shared_ptr<MemoryBudget> budget, std::weak_ptr<Holder> holder = {});
    ~Hold() { resize(0); }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

    /// Holds so many bytes from now on; false if there is no room: then it holds what it did.
    bool resize(std::uint64_t bytes) { return bytes == bytes_ || budget_->resize(*this, bytes); }
    /// Lets the other one hold so many bytes instead of all that this one does.
    void hand_over(Hold& to, std::uint64_t bytes) { budget_->hand_over(*this, to, bytes); }
    /// Whether it was let go, and holds something still.
    bool is_let_go() const;

   private:
    friend class MemoryBudget;
    const std::shared_ptr<MemoryBudget> budget_;
    const std::weak_ptr<Holder> holder_;
    std::uint64_t bytes_ = 0;
    // Of the budget, under its lock:
    bool listed_ = false;
    bool let_go_ = false;  ///< until it holds nothing
    std::chrono::steady_clock::time_point began_;
    std::list<Hold*>::iterator place_;
  };

  std::uint64_t held() const;

 private:
  using Clock = std::chrono::steady_clock;

  using LetGo = std::vector<std::shared_ptr<Holder>>;

  bool resize(Hold& hold, std::uint64_t bytes);
  bool try_resize(Hold& hold, std::uint64_t bytes, LetGo& let_go);
  void hand_over(Hold& from, Hold& to, std::uint64_t bytes);
  bool has_room(std::uint64_t bytes) const;
  void make_room(const Hold& wanting, std::uint64_t bytes, LetGo& let_go);
  void set(Hold& hold, std::uint64_t bytes);

  const std::uint64_t most_;
  const std::chrono::milliseconds grace_;
  mutable std::mutex mutex_;
  std::uint64_t held_ = 0;
  std::uint64_t leaving_ = 0;  ///< of it, what was let go and is not given back yet
  std::list<Hold*> listed_;    ///< those that may be let go, the oldest first
};

}  // namespace jobledger::daemon::http
