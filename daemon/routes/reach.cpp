#include "daemon/routes/reach.h"

namespace jobledger::daemon::routes {

std::optional<ledger::JobNumber> find_job(const Core& core, const Call& call, ledger::JobId id) {
  return core.state.read([&] { return core.state.graph().find(call.reach, id, call.version); });
}

std::optional<ledger::JobNumber> find_job(const Core& core, const Call& call, std::string_view id) {
  auto parsed = ledger::Ulid::parse(id);
  return parsed ? find_job(core, call, *parsed) : std::nullopt;
}

std::optional<std::uint32_t> find_batch(const Core& core, const Call& call, ledger::BatchId id) {
  return core.state.read(
      [&] { return core.state.graph().find_batch(call.reach, id, call.version); });
}

}  // namespace jobledger::daemon::routes
