#include "daemon/http/connection.h"

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <utility>

#include "ledger/assert.h"

namespace jobledger::daemon::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::steady_clock;

// A string that held a large answer is not kept for the small ones to come.
constexpr std::size_t kKeptOutput = 64 * 1024;
// What each connection may have without being counted: all that usual requests and answers need.
constexpr std::size_t kUncounted = 16 * 1024;

constexpr std::string_view kNoRoomForAnswer =
    "answers under way take all the memory that there is for them; the request may have been "
    "carried out: repeat it with the same Idempotency-Key";
constexpr std::string_view kNoMemory =
    "requests and answers under way take all the memory that there is for them; repeat the request";

}  // namespace

Connection::Connection(std::unique_ptr<Stream> stream, std::shared_ptr<ConnectionOwner> owner)
    : stream_(std::move(stream)),
      strand_(stream_->strand()),
      owner_(std::move(owner)),
      handler_(owner_->handler()),
      limits_(owner_->limits()),
      peer_(stream_->peer()),
      reader_(limits_),
      deadline_(strand_) {}

Connection::~Connection() {
  if (state_ != State::closed && ends_with_connection_) stream_->abort();
}

void Connection::start() {
  memory_ = std::make_unique<MemoryBudget::Hold>(owner_->memory(), weak_from_this());
  asio::dispatch(strand_, [self = shared_from_this()] {
    self->become_idle();
    self->advance();
  });
}

void Connection::start_refusing(int status, std::string what) {
  memory_ = std::make_unique<MemoryBudget::Hold>(owner_->memory(), weak_from_this());
  asio::dispatch(strand_, [self = shared_from_this(), status, what = std::move(what)] {
    self->refuse(status, what);
  });
}

void Connection::stop() {
  asio::dispatch(strand_, [self = shared_from_this()] {
    Connection& me = *self;
    me.stopping_ = true;
    const auto now = steady_clock::now();
    if (me.state_ == State::reading && me.reader_.phase() == ReadPhase::nothing) {
      me.close_if_idle();
    } else if (me.state_ == State::reading) {
      me.set_deadline(std::min(me.deadline_.at(), now + me.limits_.header_timeout));
    } else if (me.state_ == State::draining) {
      me.drain_end_ = std::min(me.drain_end_, now + me.limits_.drain_timeout);
      me.set_deadline(std::min(me.deadline_.at(), me.drain_end_));
    } else if (me.state_ == State::streaming) {
      me.stop_source();
    } else if (me.source_) {
      me.stop_end_ = now + me.limits_.drain_timeout;
      me.set_deadline(std::min(me.deadline_.at(), me.stop_end_));
    }
  });
}

void Connection::give_up() {
  asio::post(strand_, [self = shared_from_this()] {
    Connection& me = *self;
    if (me.state_ == State::closed || !me.memory_->is_let_go()) return;  // it went on meanwhile
    if (me.state_ == State::reading) return me.refuse(503, kNoMemory);
    me.close();
  });
}

void Connection::on_read(error_code error, std::size_t bytes) {
  read_pending_ = false;
  if (state_ == State::closed) return;
  if (error) return peer_finished(error);
  in_.commit(bytes);
  if (state_ == State::draining) return drained(bytes);
  if (state_ == State::reading) return advance();
  if (!count_memory()) return close();
  read_on();
}

void Connection::on_plain_peer() {
  read_pending_ = false;
  if (state_ == State::closed) return;
  refuse(400, "this port speaks TLS: use https://. What this request carried was not encrypted");
}

// A client may close its side and still wait for the answer, and the two cannot be told apart. So
// a request in work counts as abandoned, but if it is answered all the same, the answer is tried.
// An answer without an end would be tried for ever.
void Connection::peer_finished(error_code error) {
  peer_finished_ = true;
  gone_ = true;
  const bool at_work = state_ == State::continuing || state_ == State::working ||
                       state_ == State::writing || state_ == State::streaming;
  const bool answer_due = at_work && !(source_ && source_->endless());
  if (error != asio::error::eof || !answer_due) close();
}

void Connection::advance() {
  if (in_.size() > 0) in_.consume(reader_.feed(in_.bytes()));
  if (reader_.phase() == ReadPhase::refused) {
    return refuse(reader_.refused_status(), reader_.refused_what());
  }
  if (!count_memory()) return refuse(503, kNoMemory);
  if (reader_.phase() == ReadPhase::complete) return hand_over();
  if (peer_finished_) return close();
  note_phase();
  if (Request* head = reader_.take_head_of_large()) {
    head->peer = peer_;
    if (auto refused = handler_.refuse_early(*head)) return refuse_with(std::move(*refused));
  }
  if (reader_.take_continue()) {
    out_ += "HTTP/1.1 100 Continue\r\n\r\n";
    write(State::continuing);
  }
  read_on();
}

// Also while a request is in work, as it is how a hang-up is noticed; the bytes of the next
// requests wait in the buffer, up to a bound.
void Connection::read_on() {
  if (read_pending_ || peer_finished_ || state_ == State::closed) return;
  if (state_ != State::reading && in_.size() >= limits_.max_header_bytes) return;
  read_pending_ = true;
  stream_->async_read_some(in_.prepare(), shared_from_this());
}

void Connection::hand_over() {
  state_ = State::working;
  idle_since_.store(TimePoint::max(), std::memory_order_relaxed);
  deadline_.clear();
  const std::uint64_t serial = ++serial_;
  read_on();
  Request request = reader_.take();
  request.peer = peer_;
  if (request.body.capacity() > kUncounted) {
    auto counted = std::make_shared<MemoryBudget::Hold>(owner_->memory());
    memory_->hand_over(*counted, request.body.capacity());
    request.counted = std::move(counted);
  }
  count_memory();
  auto self = shared_from_this();
  Respond respond = [self, serial](Reply reply) {
    asio::dispatch(self->strand_, [self, serial, reply = std::move(reply)]() mutable {
      self->answer(serial, std::move(reply));
    });
  };
  try {
    handler_.handle(std::move(request), std::move(respond),
                    [self]() { return self->gone_.load(std::memory_order_relaxed); });
  } catch (const std::exception&) {
    if (state_ == State::working && serial == serial_) {
      refuse(500, "an internal error; the request may have been carried out");
    }
  }
}

void Connection::answer(std::uint64_t serial, Reply reply) {
  if (state_ == State::closed || !keep_) return;
  JL_ASSERT(serial == serial_ && state_ == State::working);
  const bool http10 = reader_.is_http10();
  keep_ = reader_.keep_alive() && !stopping_ && !(reply.source && http10);
  send(std::move(reply),
       {.close = !keep_, .keep_http10 = http10, .chunked = !http10, .head = reader_.is_head()});
}

void Connection::refuse(int status, std::string_view what) {
  Reply reply = handler_.refuse(status, what);
  if (status == 503) reply.headers.emplace_back("Retry-After", "1");
  refuse_with(std::move(reply));
}

void Connection::refuse_with(Reply reply) {
  keep_ = false;
  reader_.let_go();
  send(std::move(reply), {.close = true, .head = reader_.is_head()});
}

void Connection::send(Reply reply, ResponseForm form) {
  if (!is_sendable(reply)) {
    reply = handler_.refuse(500, "the answer could not be put into HTTP");
    if (!is_sendable(reply))
      reply = Reply{.status = 500, .content_type = "", .headers = {}, .body = ""};
  }
  append_response(out_, reply, form);
  if (!count_memory()) {
    out_.clear();
    out_.shrink_to_fit();
    reply = handler_.refuse(503, kNoRoomForAnswer);
    reply.headers.emplace_back("Retry-After", "1");
    append_response(out_, reply, form);
  }
  if (!form.head) source_ = std::move(reply.source);
  chunked_ = form.chunked;
  ends_with_connection_ = source_ && !chunked_;
  write(State::writing);
}

void Connection::write(State state) {
  state_ = state;
  out_written_ = 0;
  set_write_deadline();
  stream_->async_write_some(out_, shared_from_this());
}

void Connection::on_written(error_code error, std::size_t bytes) {
  if (state_ == State::closed) return;
  if (error) return close();
  out_written_ += bytes;
  if (out_written_ == out_.size()) return written();
  set_write_deadline();
  stream_->async_write_some(std::string_view(out_).substr(out_written_), shared_from_this());
}

void Connection::written() {
  out_.clear();
  if (out_.capacity() > kKeptOutput) out_.shrink_to_fit();
  count_memory();
  if (state_ == State::writing) {
    if (source_) return ask_source();
    ends_with_connection_ = false;
    if (!keep_ || stopping_) return drain();
    reader_.reset();
    timed_phase_ = ReadPhase::nothing;
    become_idle();
  }
  state_ = State::reading;
  advance();
}

void Connection::ask_source() {
  state_ = State::streaming;
  deadline_.clear();
  if (stopping_) return stop_source();
  const auto source = source_;  // the answer may come at once, and be the last
  auto self = shared_from_this();
  try {
    source->next([self, serial = serial_](BodyPiece piece) {
      asio::dispatch(self->strand_, [self, serial, piece = std::move(piece)]() mutable {
        self->take(serial, std::move(piece));
      });
    });
  } catch (const std::exception&) {
    if (state_ == State::streaming) close();
  }
}

void Connection::take(std::uint64_t serial, BodyPiece piece) {
  if (serial != serial_ || state_ != State::streaming) return;
  if (piece.then == BodyPiece::Then::cut) return close();
  const bool last = piece.then == BodyPiece::Then::end;
  JL_ASSERT(last || !piece.bytes.empty());
  if (!chunked_) {
    out_ = std::move(piece.bytes);
  } else {
    if (!piece.bytes.empty()) append_chunk(out_, piece.bytes);
    if (last) append_last_chunk(out_);
  }
  if (!count_memory()) return close();
  if (last) source_.reset();
  write(State::writing);
}

void Connection::stop_source() {
  if (!source_->endless()) return close();
  source_.reset();
  keep_ = false;
  if (chunked_) append_last_chunk(out_);
  write(State::writing);
}

// Closing with bytes unread makes the kernel reset the connection, and the client may lose the
// answer (RFC 9112, 9.6).
void Connection::drain() {
  stream_->finish_writing();
  if (peer_finished_) return close();
  state_ = State::draining;
  drain_end_ = steady_clock::now() + (stopping_ ? limits_.drain_timeout : limits_.body_timeout);
  drained(in_.size());
}

void Connection::drained(std::size_t bytes) {
  in_.consume(in_.size());
  drained_bytes_ += bytes;
  if (drained_bytes_ > limits_.max_drain_bytes || !count_memory()) return close();
  set_deadline(std::min(drain_end_, steady_clock::now() + limits_.drain_timeout));
  read_on();
}

// Without its last chunk a body is not whole. One without chunks ends where the connection does,
// which must not look like an end before.
void Connection::close() {
  if (state_ == State::closed) return;
  state_ = State::closed;
  gone_ = true;
  deadline_.cancel();
  if (ends_with_connection_) stream_->abort();
  stream_->close();
  source_.reset();
  owner_->closed(shared_from_this());
}

bool Connection::count_memory() {
  std::size_t bytes = in_.capacity() + out_.capacity();
  if (state_ == State::reading) bytes += reader_.held_bytes();
  return memory_->resize(bytes > kUncounted ? bytes : 0);
}

void Connection::become_idle() {
  const auto now = steady_clock::now();
  idle_since_.store(now, std::memory_order_relaxed);
  set_deadline(now + limits_.idle_timeout);
}

std::optional<Deadline::TimePoint> Connection::idle_since() const {
  const TimePoint since = idle_since_.load(std::memory_order_relaxed);
  return since == TimePoint::max() ? std::nullopt : std::optional(since);
}

void Connection::close_if_idle() {
  asio::dispatch(strand_, [self = shared_from_this()] {
    Connection& me = *self;
    if (me.state_ != State::reading || me.reader_.phase() != ReadPhase::nothing) return;
    me.stream_->finish_writing();
    me.close();
  });
}

void Connection::note_phase() {
  const ReadPhase phase = reader_.phase();
  if (phase == timed_phase_) return;
  timed_phase_ = phase;
  idle_since_.store(TimePoint::max(), std::memory_order_relaxed);
  set_deadline(steady_clock::now() +
               (phase == ReadPhase::header ? limits_.header_timeout : limits_.body_timeout));
}

void Connection::set_deadline(TimePoint at) {
  deadline_.set(at, shared_from_this());
}

void Connection::set_write_deadline() {
  set_deadline(std::min(stop_end_, steady_clock::now() + limits_.write_timeout));
}

void Connection::on_deadline() {
  if (state_ == State::closed) return;
  if (state_ == State::reading && reader_.phase() != ReadPhase::nothing) {
    return refuse(408, "the request did not arrive in time; send it again");
  }
  close();
}

}  // namespace jobledger::daemon::http
