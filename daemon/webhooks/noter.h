#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "daemon/webhooks/job_hook.h"
#include "daemon/webhooks/notices.h"
#include "daemon/webhooks/outbox.h"
#include "projections/log_reader.h"

namespace jobledger::daemon::webhooks {

/// Follows the log and notes in the outbox what is to be sent to whom: to the subscriptions that
/// the team had right after the entry, and to what the bodies of the jobs name. One thread.
class Noter {
 public:
  Noter(const projections::State& state, const ledger::Store& store, Outbox& outbox,
        ledger::Clock& clock);

  struct Noted {
    bool is_all = true;    ///< nothing is published that is not noted
    std::int64_t due = 0;  ///< how many are due more, or fewer
    std::vector<Receiver> receivers;
  };
  /// Goes on, by a bounded part. Throws SqliteError, or StorageError if the log cannot be read.
  Noted go_on();
  /// What was read without anything to note is kept now and then, and by this.
  void keep_position();

  std::uint64_t position() const { return position_.entry; }

 private:
  using Steady = std::chrono::steady_clock;
  /// An entry that tells of something; large ones are noted in parts.
  struct Telling {
    ledger::Entry entry;
    std::vector<Notice> notices;
    std::vector<projections::Webhook> subscriptions;
  };
  struct Part {
    std::vector<Delivery> deliveries;
    std::vector<Receiver> gone;
    std::size_t notices = 0;  ///< that were looked at
    bool has_room() const;
  };

  void read_entry(Part& part);
  bool tells(const ledger::EntryOutline& outline) const;
  void tell_subscriptions(const Notice& notice, Part& part) const;
  void tell_job_hook(const Notice& notice, Part& part);
  Delivery delivery_of(const Notice& notice, Receiver receiver, std::string url) const;
  void note(const Part& part, Noted& noted);

  const projections::State& state_;
  const ledger::Store& store_;
  Outbox& outbox_;
  ledger::Clock& clock_;
  projections::LogReader log_;
  JobHooks hooks_;
  Position position_;
  Position kept_;
  Steady::time_point kept_at_ = Steady::now();
  std::optional<Telling> telling_;  ///< that at the position, if it is being noted
};

}  // namespace jobledger::daemon::webhooks
