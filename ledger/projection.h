#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ledger/entry.h"
#include "ledger/result.h"

namespace jobledger::ledger {

/// Where a projection saves itself. Chunks are opaque bytes of at most a few hundred KiB.
class ChunkSink {
 public:
  virtual ~ChunkSink() = default;
  /// A chunk that later snapshots have too, byte for byte, under the same name: `write` is called
  /// only if it is not stored yet.
  virtual void settled(std::string_view name, const std::function<std::string()>& write) = 0;
  /// A chunk of this snapshot alone.
  virtual void fresh(std::string_view name, std::string bytes) = 0;
};

class ChunkSource {
 public:
  virtual ~ChunkSource() = default;
  /// nullopt if the snapshot has no chunk of that name.
  virtual std::optional<std::string> read(std::string_view name) const = 0;
};

/// A fold of the log. `fold` asks no clock, makes no id, does no I/O and cannot fail.
class Projection {
 public:
  virtual ~Projection() = default;

  virtual std::string_view name() const = 0;
  /// Goes up with every change of what is saved; a snapshot of another format is not loaded.
  virtual std::uint32_t format() const = 0;

  /// Folds events [first, last) of the entry, in order and without a gap over calls; the envelope
  /// belongs to the call with `first` 0. An entry without events gets one call with 0, 0.
  virtual void fold(const Entry& entry, std::size_t first, std::size_t last) = 0;

  /// Saves the state as of `version`, the number of entries folded so far. The call itself, with
  /// the fold kept out, copies what has no versions; what it returns does the rest while the fold
  /// goes on, and runs a piece of work with the fold kept out through `locked`. The bytes depend
  /// on the log alone.
  using Locked = std::function<void(const std::function<void()>&)>;
  using Save = std::function<void(ChunkSink&, const Locked&)>;
  virtual Save save(std::uint64_t version) const = 0;

  /// Into an empty projection, beside the loads of others. A Failure leaves it unusable; the caller
  /// starts a new one.
  virtual Status load(std::uint64_t version, const ChunkSource& source) = 0;
  /// After all loads, beside the others: makes what was not saved since it follows from what was,
  /// here or in others, which change nothing that they have loaded.
  virtual Status derive(std::uint64_t) { return ok(); }

  /// What `derive` makes again, at the head, in bytes that depend on the log alone: for digests,
  /// never stored. With the fold kept out.
  virtual void save_derived(ChunkSink&) const {}
};

}  // namespace jobledger::ledger
