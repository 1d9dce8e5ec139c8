#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "daemon/http/deadline.h"
#include "daemon/http/limits.h"
#include "daemon/http/memory_budget.h"
#include "daemon/http/message.h"
#include "daemon/http/read_buffer.h"
#include "daemon/http/request_reader.h"
#include "daemon/http/response.h"
#include "daemon/http/stream.h"

namespace jobledger::daemon::http {

class Connection;

/// The server, as a connection sees it. Outlives its connections, since each holds it.
class ConnectionOwner {
 public:
  virtual ~ConnectionOwner() = default;
  virtual Handler& handler() = 0;
  virtual const Limits& limits() const = 0;
  virtual std::shared_ptr<MemoryBudget> memory() = 0;
  /// Called once, on the strand of the connection.
  virtual void closed(std::shared_ptr<Connection> connection) = 0;
};

/// One client: reads requests, hands them over one at a time, writes the answers in order. Lives
/// as long as an operation, its timer or a Respond refers to it. Everything happens on its strand.
class Connection final : public StreamUser,
                         public DeadlineUser,
                         public MemoryBudget::Holder,
                         public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::unique_ptr<Stream> stream, std::shared_ptr<ConnectionOwner> owner);
  ~Connection() override;

  // From any thread.
  void start();
  /// Instead of start: answers before anything was asked, and closes.
  void start_refusing(int status, std::string what);
  /// Closes now if idle; else the request being read or in work is the last one. An answer that is
  /// made while it is sent ends here.
  void stop();
  /// Since when it has waited for a next request; nullopt if it does not. From any thread.
  std::optional<Deadline::TimePoint> idle_since() const;
  /// Closes if it is idle still.
  void close_if_idle();
  /// Cuts off a request that does not arrive, or an answer that is not read.
  void give_up() override;

 private:
  using TimePoint = Deadline::TimePoint;
  enum class State {
    reading,     ///< no request, or a part of one
    continuing,  ///< `100 Continue` is being written
    working,     ///< the handler has the request
    writing,     ///< the answer, or a piece of it
    streaming,   ///< the source of the answer makes the next piece of it
    draining,    ///< the last answer is written; the client shall read it before we close
    closed,
  };

  void on_read(boost::system::error_code error, std::size_t bytes) override;
  void on_written(boost::system::error_code error, std::size_t bytes) override;
  void on_plain_peer() override;
  void on_deadline() override;

  void advance();
  void read_on();
  void peer_finished(boost::system::error_code error);
  void hand_over();
  void answer(std::uint64_t serial, Reply reply);
  void refuse(int status, std::string_view what);
  void refuse_with(Reply reply);
  /// Counts the memory it has now; false if there is no room for it.
  bool count_memory();
  void send(Reply reply, ResponseForm form);
  void write(State state);
  void written();
  void ask_source();
  void take(std::uint64_t serial, BodyPiece piece);
  void stop_source();
  void drain();
  void drained(std::size_t bytes);
  void close();

  void become_idle();
  void note_phase();
  void set_deadline(TimePoint at);
  void set_write_deadline();

  std::unique_ptr<Stream> stream_;
  const Strand strand_;
  std::shared_ptr<ConnectionOwner> owner_;
  Handler& handler_;
  const Limits& limits_;
  const std::string peer_;

  State state_ = State::reading;
  bool read_pending_ = false;
  bool peer_finished_ = false;  ///< it sends no more; it may still read
  bool keep_ = true;            ///< after the answer
  bool stopping_ = false;
  std::atomic<bool> gone_ = false;
  std::atomic<TimePoint> idle_since_ = TimePoint::max();
  std::uint64_t serial_ = 0;  ///< of the request in work

  ReadBuffer in_;
  RequestReader reader_;
  std::string out_;
  std::size_t out_written_ = 0;
  std::shared_ptr<BodySource> source_;     ///< of the answer being sent, until it ends
  bool chunked_ = false;                   ///< its pieces are chunks
  bool ends_with_connection_ = false;      ///< they are not, and there are more to be written
  TimePoint stop_end_ = TimePoint::max();  ///< for a piece being written when the server stopped
  std::uint64_t drained_bytes_ = 0;
  TimePoint drain_end_;
  std::unique_ptr<MemoryBudget::Hold> memory_;  ///< from start on

  Deadline deadline_;
  ReadPhase timed_phase_ = ReadPhase::nothing;  ///< the one the deadline is of, while reading
};

}  // namespace jobledger::daemon::http
