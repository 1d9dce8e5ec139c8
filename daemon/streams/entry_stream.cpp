#include "daemon/streams/entry_stream.h"

#include <exception>
#include <utility>

#include "daemon/logging.h"
#include "daemon/parse/traceparent.h"

namespace jobledger::daemon::streams {

bool Reader::may_read() const {
  return state_.read([&] {
    const projections::TokenRow* row = state_.tokens().find(token_);
    return row && !(row->revoked_entry && *row->revoked_entry < state_.version()) &&
           !(row->detail.expires && *row->detail.expires <= clock_.now());
  });
}

void EntryStream::next(Take take) {
  thread_.run([self = shared_from_this(), take = std::move(take)]() mutable {
    self->take_ = std::move(take);
    self->make_guarded();
  });
}

void EntryStream::make_guarded() {
  log::OfRequest scope(request_.id, parse::trace_id_of(request_.traceparent));
  try {
    make();
  } catch (const std::exception& error) {
    log::error("a streamed answer failed", {{"error", std::string_view(error.what())}});
    give("", http::BodyPiece::Then::cut);
  }
}

void EntryStream::give(std::string bytes, http::BodyPiece::Then then) {
  if (auto take = std::exchange(take_, nullptr)) take({std::move(bytes), then});
}

}  // namespace jobledger::daemon::streams
