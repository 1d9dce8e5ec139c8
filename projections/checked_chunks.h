#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/projection.h"
#include "ledger/store.h"
#include "projections/pack.h"

namespace jobledger::projections {

/// The 128 bits of XXH3 of some bytes.
std::string checksum(std::string_view bytes);

/// Chunks of one projection, by name, with their checksums.
using Manifest = std::vector<std::pair<std::string, std::string>>;

/// Writes chunks to the store and keeps the manifest of each projection. Asks `go_on` after each
/// that it wrote; once that or a write has failed it does nothing more.
class StoringSink final : public ledger::ChunkSink {
 public:
  using Settled = std::map<std::string, std::string, std::less<>>;
  StoringSink(ledger::Store& store, const Settled& known, std::uint64_t version,
              const std::function<bool()>& go_on)
      : store_(store), known_(known), version_(version), go_on_(go_on), status_(ledger::ok()) {}

  /// What follows belongs to this projection.
  void begin(std::string_view projection);
  void settled(std::string_view name, const std::function<std::string()>& write) override;
  void fresh(std::string_view name, std::string bytes) override;

  /// Of the projection begun last.
  std::string manifest() const;
  const Settled& new_settled() const { return new_; }
  const ledger::Status& status() const { return status_; }

 private:
  void put(const std::string& key, std::string_view bytes);

  ledger::Store& store_;
  const Settled& known_;
  Settled new_;
  std::uint64_t version_;
  const std::function<bool()>& go_on_;
  std::string projection_;
  Manifest manifest_;
  ledger::Status status_;
};

/// Compares what would be written with a snapshot that was.
class ComparingSink final : public ledger::ChunkSink {
 public:
  explicit ComparingSink(const ledger::ChunkSource& written) : written_(written) {}
  void settled(std::string_view name, const std::function<std::string()>& write) override {
    fresh(name, write());
  }
  void fresh(std::string_view name, std::string bytes) override;

  std::size_t chunks() const { return chunks_; }
  /// The first chunk that is not there, or is another; empty if there is none.
  const std::string& other() const { return other_; }

 private:
  const ledger::ChunkSource& written_;
  std::size_t chunks_ = 0;
  std::string other_;
};

/// Hashes instead of writing.
class DigestSink final : public ledger::ChunkSink {
 public:
  void settled(std::string_view name, const std::function<std::string()>& write) override;
  void fresh(std::string_view name, std::string bytes) override;
  std::string digest() const;

 private:
  Manifest manifest_;
};

/// How many kinds a program knows, and its rules: one that knows fewer must not start from what was
/// folded of entries that it cannot read.
struct KnownKinds {
  std::uint32_t commands = 16;  ///< of the first format, which did not say
  std::uint32_t events = 16;
  std::uint32_t causes = 11;
  std::uint32_t refusals = 0;
  std::uint32_t rules = 1;

  void pack(Packer& out) const;
  static KnownKinds unpack(Unpacker& in);
  bool knows(const KnownKinds& others) const;
};
/// Of this program.
KnownKinds known_kinds();

/// The head of a snapshot, read back; `doubt` says what is wrong with it, if anything is.
struct HeadRow {
  struct Part {
    std::string name;
    std::uint32_t format = 0;
    Manifest manifest;
  };
  std::uint64_t version = 0;
  std::vector<Part> parts;
  std::string last_entry_hash;
  KnownKinds kinds;
  std::string doubt;
  bool of_another_format = false;  ///< which is a doubt, and no damage
};
HeadRow read_head(std::string_view row);

/// Reads chunks of one projection and checks each against the manifest.
class CheckedSource final : public ledger::ChunkSource {
 public:
  CheckedSource(const ledger::Store& store, std::uint64_t version, const HeadRow::Part& part);
  std::optional<std::string> read(std::string_view name) const override;
  /// False once a chunk was missing or had another checksum.
  bool good() const { return good_; }
  /// The settled ones among those read: key and checksum.
  const Manifest& settled() const { return settled_; }

 private:
  const ledger::Store& store_;
  std::uint64_t version_;
  std::string projection_;
  std::map<std::string, std::string, std::less<>> sums_;
  mutable bool good_ = true;
  mutable Manifest settled_;
};

}  // namespace jobledger::projections
