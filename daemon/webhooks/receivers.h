#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "daemon/webhooks/delivery.h"

namespace jobledger::daemon::webhooks {

/// Whom something may be sent to, and how much of it at a time, so that no receiver is kept waiting
/// by others that are slow or dead.
///
/// One that took what it was sent last gets a few at a time. Any other, a new one too, gets one at
/// a time, after a pause that grows while it fails; all such together have half of the room there
/// is, and those of one team an eighth. No team has more than half of the room, so that one whose
/// receivers take long keeps no other waiting. Knows only receivers for which something is due.
class Receivers {
 public:
  struct Limits {
    std::size_t in_flight = 256;
    std::uint32_t max_pause_seconds = 60;
  };
  explicit Receivers(const Limits& limits) : limits_(limits) {}

  /// Something is due for it at that time, or may be.
  void expect(const Receiver& receiver, ledger::TimeMs at);

  /// One for which something is due that may be sent now; the longest due first. It is to be asked
  /// what that is, and forgotten unless it is expected or something begins.
  std::optional<Receiver> next(ledger::TimeMs now);
  /// How many may begin for it.
  std::size_t room(const Receiver& receiver) const;
  /// To be called after `next`, when it was asked.
  void looked_at(const Receiver& receiver);

  void began(const Receiver& receiver);
  enum class End { taken, failed, not_sent };
  /// It is expected then: something may have waited for that.
  void ended(const Receiver& receiver, End end, ledger::TimeMs now);

  /// When there may be a next one, unless something ends before; nullopt: not by the clock.
  std::optional<ledger::TimeMs> next_at() const;
  std::size_t in_flight() const { return in_flight_; }

 private:
  struct Known {
    std::size_t in_flight = 0;
    bool is_trusted = false;
    bool is_tried = false;  ///< what is in flight to it counts among those of untrusted ones
    std::uint32_t failures = 0;
    ledger::TimeMs pause_until = 0;
    std::optional<ledger::TimeMs> expected;
  };
  using Agenda = std::set<std::pair<ledger::TimeMs, Receiver>>;

  static std::size_t most_for(const Known& known);
  std::size_t room_of_team(const std::string& team) const;
  bool has_room(const Receiver& receiver, const Known& known) const;
  void pause(Known& known, ledger::TimeMs now) const;
  void leave_agenda(const Receiver& receiver, const Known& known);
  void enter_agenda(const Receiver& receiver, const Known& known);

  const Limits limits_;
  std::map<Receiver, Known> known_;
  Agenda agenda_;  ///< those expected that may have one more in flight
  std::size_t in_flight_ = 0;
  std::map<std::string, std::size_t> in_flight_of_;  ///< by team
  std::size_t tried_ = 0;                            ///< of those, to untrusted receivers
  std::map<std::string, std::size_t> tried_of_;      ///< the same by team
};

}  // namespace jobledger::daemon::webhooks
