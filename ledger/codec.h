#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/entry.h"
#include "ledger/result.h"

namespace jobledger::ledger {

/// The bytes of an entry: what is stored and hashed (schema/entry.capnp).
std::string encode(const Entry& entry);

/// Reads them back. A Failure says what is wrong with bytes that are no entry. That they are the
/// bytes that were written is for their hash to say: most flips of a bit decode without complaint.
Result<Entry> decode(std::string_view bytes);
/// The same into an entry that is there, whatever it held: its strings are used again, which is
/// worth it to who decodes a log. After a Failure it holds anything.
Status decode(std::string_view bytes, Entry& into);

/// What a later version of the program wrote into it that this one does not know: a kind of
/// anything, or newer rules. nullopt if nothing of that sort is the matter. Damaged bytes may look
/// so: whether they are those that were written is to be asked first.
std::optional<std::string> unknown_in(std::string_view bytes);

// Parts of an entry, at a cost that does not grow with the rest of it (a cascade has thousands of
// events). What is not read is not checked either. Failures as of `decode`.

/// When it was and who asked, why.
struct EntryHead {
  std::uint64_t index = 0;
  TimeMs time = 0;
  Envelope envelope;
  std::optional<std::uint64_t> stop_entry;  ///< see CommandRecord
};
Result<EntryHead> decode_head(std::string_view bytes);

/// The event at this place.
Result<Event> decode_event(std::string_view bytes, std::size_t place);

/// An entry as far as it is about one job.
struct EntryExcerpt {
  Entry entry;  ///< without its events
  struct Item {
    Event event;
    std::optional<Ulid> via;  ///< the subject of the event at `event.via`
  };
  std::vector<Item> events;  ///< of that job, in order
};
/// Passes over the events of others, which is a look at each.
Result<EntryExcerpt> decode_excerpt(std::string_view bytes, JobNumber job);

/// An entry with its events counted.
struct EntryOutline {
  Entry entry;                                         ///< without its events
  std::array<std::uint32_t, kEventKinds> counts = {};  ///< of its events, by kind
  std::vector<Ulid> requested;  ///< of an accepted list of jobs, which its first events are about

  std::uint32_t count(EventKind kind) const { return counts[static_cast<std::size_t>(kind)]; }
};
/// Counts the events, which is a look at the kind of each.
Result<EntryOutline> decode_outline(std::string_view bytes);

}  // namespace jobledger::ledger
