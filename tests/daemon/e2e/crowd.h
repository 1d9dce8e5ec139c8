#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace jobledger::daemon::e2e {

/// Many connections of one hostile client. Sends what goes without waiting, and reads only when
/// it is told to.
class Crowd {
 public:
  explicit Crowd(std::uint16_t port) : port_(port) { allow_many_files(); }
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  /// So many connections more.
  void join(std::size_t count);
  /// As much of it as goes on each connection; gives how many bytes went in all.
  std::uint64_t send_each(std::string_view bytes);
  /// As much of it as goes on one; 0 if nothing does, or it is closed.
  std::size_t send(std::size_t which, std::string_view bytes);
  /// How many of them the daemon has closed, as far as it is known by now; reads what came.
  std::size_t closed();
  /// How many of them have an answer that is not read yet.
  std::size_t answered() const;
  /// The status of the next answer of one, of which nothing was read; it must come.
  int status_of(std::size_t which);
  void leave();

  std::size_t size() const { return sockets_.size(); }

 private:
  /// The tests open as many as the daemon serves.
  static void allow_many_files();

  const std::uint16_t port_;
  std::vector<int> sockets_;
};

}  // namespace jobledger::daemon::e2e
