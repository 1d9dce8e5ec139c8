#pragma once

#include <vector>

#include "ledger/entry.h"
#include "ledger/ids.h"
#include "ledger/time.h"

namespace jobledger::ledger {

/// Gives the salt and the ids of a recorded entry again, in the order in which its decision drew
/// them. A decision that comes out differently may draw more: those depend on the salt alone, so
/// that a replay of a replay gives the same.
class ReplayingIds final : public IdSource {
 public:
  /// From here on those of this entry.
  void begin(const Entry& entry);

  Ulid next_ulid(TimeMs now) override;
  Salt next_salt() override { return salt_; }

 private:
  Salt salt_{};
  std::vector<Ulid> drawn_;
  std::size_t next_ = 0;
};

/// Tells the time of a recorded entry.
class ReplayingClock final : public Clock {
 public:
  void begin(const Entry& entry) { now_ = entry.time; }
  TimeMs now() override { return now_; }

 private:
  TimeMs now_ = 0;
};

}  // namespace jobledger::ledger
