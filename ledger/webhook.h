#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace jobledger::ledger {

/// What a webhook can be told of. The bits are stored: never change one, only add.
enum class WebhookEvent : std::uint16_t {
  job_finished = 1 << 0,
  job_error = 1 << 1,
  job_cancelled = 1 << 2,
  batch_finished = 1 << 3,     ///< every top-level job of a batch is final
  cascade_cancelled = 1 << 4,  ///< one command, or the system, cancelled at least one job
};

/// `job.finished`, …
std::string_view name_of(WebhookEvent event);

/// A set of them.
class WebhookEvents {
 public:
  constexpr WebhookEvents() = default;
  constexpr explicit WebhookEvents(std::uint16_t bits) : bits_(bits) {}
  constexpr WebhookEvents(std::initializer_list<WebhookEvent> events) {
    for (WebhookEvent event : events) *this = with(event);
  }

  constexpr bool has(WebhookEvent event) const { return bits_ & static_cast<std::uint16_t>(event); }
  constexpr WebhookEvents with(WebhookEvent event) const {
    return WebhookEvents(static_cast<std::uint16_t>(bits_ | static_cast<std::uint16_t>(event)));
  }
  constexpr std::uint16_t bits() const { return bits_; }
  constexpr bool empty() const { return bits_ == 0; }
  /// Whether it has no bit but those of the events there are.
  constexpr bool known() const { return (bits_ & ~all().bits()) == 0; }
  constexpr bool operator==(const WebhookEvents&) const = default;

  static constexpr WebhookEvents all() { return WebhookEvents(0x1f); }

  /// In the order of the bits.
  std::vector<std::string_view> names() const;

 private:
  std::uint16_t bits_ = 0;
};

/// nullopt if no event has the name.
std::optional<WebhookEvent> webhook_event_named(std::string_view name);

/// The longest address of a webhook, in bytes.
inline constexpr std::size_t kMaxWebhookUrl = 2048;
/// How many a team may have at a time: each of them is sent everything that it asks for.
inline constexpr std::uint32_t kMaxWebhooks = 100;

}  // namespace jobledger::ledger
