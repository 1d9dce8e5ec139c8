#include "daemon/metrics/commands.h"

#include <string>
#include <string_view>

namespace jobledger::daemon::metrics {
namespace {

enum class Came : std::uint8_t { accepted, refused, replayed, nothing, unknown, disk_full };
constexpr std::array<std::string_view, 6> kCame = {"accepted", "refused", "replayed",
                                                   "nothing",  "unknown", "disk_full"};

Came came_of(const Outcome& outcome) {
  if (std::holds_alternative<OutcomeUnknown>(outcome)) return Came::unknown;
  if (std::holds_alternative<DiskFull>(outcome)) return Came::disk_full;
  const auto& receipt = std::get<ledger::Receipt>(outcome);
  if (receipt.refusal) return Came::refused;
  if (receipt.replayed) return Came::replayed;
  return receipt.recorded ? Came::accepted : Came::nothing;
}

}  // namespace

Commands::Commands(Registry& registry)
    : outcomes_(registry, "jobledger_commands_total",
                "Commands of requests, by what came of them: nothing is a claim that found no job.",
                ledger::kCommandKinds * kCame.size(), [](std::size_t number) {
                  auto kind = static_cast<ledger::CommandKind>(number / kCame.size());
                  return Labels{{"command", std::string(ledger::name_of(kind))},
                                {"outcome", std::string(kCame[number % kCame.size()])}};
                }) {}

void Commands::note(ledger::CommandKind kind, const Outcome& outcome) {
  outcomes_.add(static_cast<std::size_t>(kind) * kCame.size() +
                static_cast<std::size_t>(came_of(outcome)));
}

}  // namespace jobledger::daemon::metrics
