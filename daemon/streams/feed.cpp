#include "daemon/streams/feed.h"

#include <algorithm>
#include <utility>

#include "daemon/render/event_stream.h"

namespace jobledger::daemon::streams {
namespace {

constexpr std::chrono::milliseconds kRetry{2000};
/// After so many entries that a filter passed over, a reader that comes back is spared them.
constexpr std::uint64_t kMuch = 10'000;

void begin_event(std::string& out, std::uint64_t index, ledger::CommandKind kind) {
  render::begin_event(out, index, ledger::name_of(kind));
}

}  // namespace

Feed::Feed(StreamThread& thread, Request request, Reader reader, const projections::State& state,
           EntryCursor cursor, std::chrono::seconds heartbeat, std::shared_ptr<Places::Hold> place)
    : EntryStream(thread, std::move(request)),
      reader_(reader),
      state_(state),
      filler_(std::move(cursor), {begin_event, render::kEndOfEvent}),
      heartbeat_(heartbeat),
      place_(std::move(place)),
      next_heartbeat_(StreamThread::Clock::now() + heartbeat) {}

void Feed::make() {
  using Then = http::BodyPiece::Then;
  if (!reader_.may_read()) return give("", Then::end);
  std::string out;
  if (!std::exchange(greeted_, true)) greet(out);
  const std::uint64_t version = state_.version();
  const bool at_head = filler_.fill(out, thread().texts(), version);
  place_->come_to(filler_.position());
  if (filler_.last()) told_ = std::max(told_, *filler_.last() + 1);
  if (at_head && StreamThread::Clock::now() >= next_heartbeat_) {
    beat(out);
  } else if (at_head && filler_.position() >= told_ + kMuch) {
    tell_position(out);
    out += render::kEndOfBlock;
  }
  if (!out.empty()) return give(std::move(out), Then::more);
  thread().wait(std::static_pointer_cast<Feed>(shared_from_this()), version, next_heartbeat_);
}

/// A reader that is cut off before its first entry comes back to where it began, too.
void Feed::greet(std::string& out) {
  render::retry(out, kRetry);
  tell_position(out);
  out += render::kEndOfBlock;
}

void Feed::beat(std::string& out) {
  next_heartbeat_ = StreamThread::Clock::now() + heartbeat_;
  render::comment(out, "heartbeat version=" + std::to_string(filler_.position()));
  if (filler_.position() > told_) tell_position(out);
  out += render::kEndOfBlock;
}

void Feed::tell_position(std::string& out) {
  told_ = filler_.position();
  if (told_ > 0) render::position(out, told_ - 1);
}

}  // namespace jobledger::daemon::streams
