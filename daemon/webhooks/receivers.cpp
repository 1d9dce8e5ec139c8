#include "daemon/webhooks/receivers.h"

#include <algorithm>

#include "ledger/assert.h"

namespace jobledger::daemon::webhooks {
namespace {

using ledger::TimeMs;

constexpr std::size_t kTrusted = 4;  ///< at a time
constexpr std::size_t kUntrusted = 1;
constexpr std::size_t kTriedPart = 2;  ///< of the room
constexpr std::size_t kTriedTeamPart = 8;
constexpr std::size_t kTeamPart = 2;
constexpr std::uint32_t kMostDoublings = 6;  ///< of a pause of a second

std::size_t part_of(std::size_t room, std::size_t part) {
  return std::max<std::size_t>(1, room / part);
}

std::size_t count_of(const std::map<std::string, std::size_t>& counts, const std::string& team) {
  auto it = counts.find(team);
  return it == counts.end() ? 0 : it->second;
}

void count_less(std::map<std::string, std::size_t>& counts, const std::string& team) {
  auto it = counts.find(team);
  if (--it->second == 0) counts.erase(it);
}

TimeMs due_at(const auto& known) {
  return std::max(*known.expected, known.pause_until);
}

}  // namespace

std::size_t Receivers::most_for(const Known& known) {
  return known.is_trusted ? kTrusted : kUntrusted;
}

void Receivers::leave_agenda(const Receiver& receiver, const Known& known) {
  if (known.expected) agenda_.erase({due_at(known), receiver});
}

void Receivers::enter_agenda(const Receiver& receiver, const Known& known) {
  if (known.expected && known.in_flight < most_for(known)) {
    agenda_.emplace(due_at(known), receiver);
  }
}

void Receivers::expect(const Receiver& receiver, TimeMs at) {
  Known& known = known_[receiver];
  leave_agenda(receiver, known);
  known.expected = std::min(known.expected.value_or(at), at);
  enter_agenda(receiver, known);
}

std::size_t Receivers::room_of_team(const std::string& team) const {
  const std::size_t most = part_of(limits_.in_flight, kTeamPart);
  return most - std::min(most, count_of(in_flight_of_, team));
}

bool Receivers::has_room(const Receiver& receiver, const Known& known) const {
  if (room_of_team(receiver.team) == 0) return false;
  if (known.is_trusted) return true;
  return tried_ < part_of(limits_.in_flight, kTriedPart) &&
         count_of(tried_of_, receiver.team) < part_of(limits_.in_flight, kTriedTeamPart);
}

std::optional<Receiver> Receivers::next(TimeMs now) {
  if (in_flight_ >= limits_.in_flight) return std::nullopt;
  for (auto it = agenda_.begin(); it != agenda_.end() && it->first <= now; ++it) {
    Known& known = known_.at(it->second);
    if (!has_room(it->second, known)) continue;
    Receiver receiver = it->second;
    agenda_.erase(it);
    known.expected.reset();
    return receiver;
  }
  return std::nullopt;
}

std::size_t Receivers::room(const Receiver& receiver) const {
  const Known& known = known_.at(receiver);
  return std::min({most_for(known) - known.in_flight, limits_.in_flight - in_flight_,
                   room_of_team(receiver.team)});
}

void Receivers::looked_at(const Receiver& receiver) {
  auto it = known_.find(receiver);
  if (it != known_.end() && it->second.in_flight == 0 && !it->second.expected) known_.erase(it);
}

void Receivers::began(const Receiver& receiver) {
  Known& known = known_.at(receiver);
  leave_agenda(receiver, known);
  ++known.in_flight;
  ++in_flight_;
  ++in_flight_of_[receiver.team];
  if (!known.is_trusted) {
    known.is_tried = true;
    ++tried_;
    ++tried_of_[receiver.team];
  }
  enter_agenda(receiver, known);
}

void Receivers::pause(Known& known, TimeMs now) const {
  const std::uint32_t doublings = std::min(known.failures++, kMostDoublings);
  const TimeMs seconds = std::min(TimeMs{1} << doublings, TimeMs{limits_.max_pause_seconds});
  known.pause_until = now + seconds * 1000;
}

void Receivers::ended(const Receiver& receiver, End end, TimeMs now) {
  Known& known = known_.at(receiver);
  JL_ASSERT(known.in_flight > 0);
  leave_agenda(receiver, known);
  --known.in_flight;
  --in_flight_;
  count_less(in_flight_of_, receiver.team);
  if (known.is_tried) {  // which is alone: see most_for
    known.is_tried = false;
    --tried_;
    count_less(tried_of_, receiver.team);
  }
  if (end == End::taken) {
    known.is_trusted = true;
    known.failures = 0;
  } else if (end == End::failed) {
    known.is_trusted = false;
    if (now >= known.pause_until) pause(known, now);  // else it began before that
  }
  known.expected = std::min(known.expected.value_or(now), now);
  enter_agenda(receiver, known);
}

std::optional<TimeMs> Receivers::next_at() const {
  if (in_flight_ >= limits_.in_flight) return std::nullopt;
  for (const auto& [at, receiver] : agenda_) {
    if (has_room(receiver, known_.at(receiver))) return at;
  }
  return std::nullopt;
}

}  // namespace jobledger::daemon::webhooks
