#pragma once

#include <memory>
#include <string>

#include "daemon/http/body_source.h"
#include "daemon/streams/stream_thread.h"
#include "ledger/actor.h"
#include "ledger/time.h"

namespace jobledger::daemon::streams {

/// Who reads a stream. It may last longer than the token holds.
class Reader {
 public:
  Reader(const projections::State& state, ledger::Clock& clock, ledger::TokenId token)
      : state_(state), clock_(clock), token_(token) {}

  /// Whether the token is neither revoked nor expired.
  bool may_read() const;

 private:
  const projections::State& state_;
  ledger::Clock& clock_;
  const ledger::TokenId token_;
};

/// A streamed answer of entries. Its pieces are made on the thread for them; it waits for none.
class EntryStream : public http::BodySource, public std::enable_shared_from_this<EntryStream> {
 public:
  /// For whom a stream is made, as lines of the log name it.
  struct Request {
    std::string id;
    std::string traceparent;
  };
  EntryStream(StreamThread& thread, Request request)
      : thread_(thread), request_(std::move(request)) {}

  void next(Take take) final;

 protected:
  /// Makes the piece that was asked for and gives it, or waits and makes it later.
  virtual void make() = 0;
  /// `make`, of which an exception cuts the answer off.
  void make_guarded();
  void give(std::string bytes, http::BodyPiece::Then then);
  void drop() { take_ = nullptr; }
  StreamThread& thread() { return thread_; }

 private:
  StreamThread& thread_;
  const Request request_;
  Take take_;
};

}  // namespace jobledger::daemon::streams
