#include "daemon/streams/entry_cursor.h"

#include <utility>

namespace jobledger::daemon::streams {
namespace {

constexpr std::size_t kAhead = 1024;
constexpr std::size_t kFarAhead =
    65'536;  ///< of a job or a batch all entries are gathered each time

}  // namespace

EntryCursor::EntryCursor(const projections::State& state, const ledger::Store& store,
                         projections::EntryFilter filter, std::uint64_t from)
    : state_(state),
      store_(store),
      filter_(std::move(filter)),
      ahead_(filter_.job || filter_.batch ? kFarAhead : kAhead),
      looked_to_(from) {}

std::optional<std::uint64_t> EntryCursor::next(std::uint64_t version) {
  if (at_ == found_.size() && looked_to_ < version) {
    found_ = projections::entries_matching(state_, store_, filter_, {looked_to_, version, ahead_});
    at_ = 0;
    looked_to_ = found_.size() < ahead_ ? version : found_.back() + 1;
  }
  if (at_ == found_.size()) return std::nullopt;
  return found_[at_++];
}

}  // namespace jobledger::daemon::streams
