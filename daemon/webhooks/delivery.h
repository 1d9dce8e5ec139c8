#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/time.h"

namespace jobledger::daemon::webhooks {

/// What became of a delivery. The numbers are stored.
enum class DeliveryState : std::uint8_t {
  due = 0,  ///< to be sent, or sent again
  delivered = 1,
  failed = 2,     ///< all attempts were made, or the receiver said that it wants no more
  withdrawn = 3,  ///< its subscription was deleted before
};

constexpr std::string_view name_of(DeliveryState state) {
  switch (state) {
    case DeliveryState::due:
      return "due";
    case DeliveryState::delivered:
      return "delivered";
    case DeliveryState::failed:
      return "failed";
    case DeliveryState::withdrawn:
      return "withdrawn";
  }
  return "unknown";
}

constexpr std::optional<DeliveryState> delivery_state_named(std::string_view name) {
  for (auto state : {DeliveryState::due, DeliveryState::delivered, DeliveryState::failed,
                     DeliveryState::withdrawn}) {
    if (name_of(state) == name) return state;
  }
  return std::nullopt;
}

/// Whom something is sent to: a subscription of a team, by its id, or the server that jobs of a
/// team name, as `job:https://example.com:443`.
struct Receiver {
  std::string team;
  std::string name;

  auto operator<=>(const Receiver&) const = default;
};

inline constexpr std::string_view kJobReceiver = "job:";

/// One thing that one receiver is to be told.
struct Delivery {
  std::int64_t id = 0;  ///< in the order in which they were noted
  std::string message;  ///< the `webhook-id`
  std::uint64_t entry = 0;
  std::uint32_t place = 0;  ///< of the event in the entry
  std::string event;        ///< `job.finished`, …
  std::string subject;      ///< id of the job or batch; empty: none
  Receiver receiver;
  std::string url;  ///< as it may be shown
  DeliveryState state = DeliveryState::due;
  std::uint32_t attempts = 0;
  std::uint32_t tries = 0;                ///< attempts since it was noted, or was to be sent again
  std::optional<ledger::TimeMs> next_at;  ///< nullopt: waits for an earlier one of its subject
  ledger::TimeMs created_at = 0;
  std::optional<ledger::TimeMs> ended_at;
};

/// One request.
struct Attempt {
  ledger::TimeMs at = 0;
  std::int64_t ms = 0;  ///< how long it took
  int status = 0;       ///< of the answer; 0: there was none
  std::string error;    ///< why it does not count, in words; empty if it does
};

}  // namespace jobledger::daemon::webhooks
