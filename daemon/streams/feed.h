#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "daemon/streams/entry_filler.h"
#include "daemon/streams/entry_stream.h"
#include "daemon/streams/places.h"

namespace jobledger::daemon::streams {

/// Entries as Server-Sent Events, from where its reader left off, on and on. It reads from the log
/// at the pace of its reader; at the head it waits for the next publication.
class Feed final : public EntryStream, public StreamThread::Waiter {
 public:
  Feed(StreamThread& thread, Request request, Reader reader, const projections::State& state,
       EntryCursor cursor, std::chrono::seconds heartbeat, std::shared_ptr<Places::Hold> place);

  bool endless() const override { return true; }

  void wake() override { make_guarded(); }
  void give_up() override { drop(); }

 private:
  void make() override;
  void greet(std::string& out);
  void beat(std::string& out);
  void tell_position(std::string& out);

  const Reader reader_;
  const projections::State& state_;
  EntryFiller filler_;
  const std::chrono::seconds heartbeat_;
  const std::shared_ptr<Places::Hold> place_;
  bool greeted_ = false;
  std::uint64_t told_ = 0;  ///< the position that a reader who comes back would name
  StreamThread::Clock::time_point next_heartbeat_;
};

}  // namespace jobledger::daemon::streams
