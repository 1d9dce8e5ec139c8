#pragma once

#include <string>
#include <string_view>

#include "ledger/projection.h"
#include "projections/pack.h"
#include "projections/segmented_vector.h"

namespace jobledger::projections {

/// Saves the first `count` elements: full segments once, since they never change any more, the
/// rest with each snapshot.
template <typename T, std::size_t kSegment>
void save_segments(std::string_view name, const SegmentedVector<T, kSegment>& from,
                   std::size_t count, ledger::ChunkSink& sink,
                   const ledger::Projection::Locked& locked) {
  std::size_t full = count / kSegment;
  for (std::size_t i = 0; i < full; ++i) {
    sink.settled(std::string(name) + "/" + std::to_string(i), [&] {
      std::string bytes;
      locked([&] { bytes = from.bytes(i * kSegment, kSegment); });
      return bytes;
    });
  }
  Packer tail;
  tail.number(count);
  locked([&] { tail.bytes(from.bytes(full * kSegment, count % kSegment)); });
  sink.fresh(std::string(name) + "/tail", tail.take());
}

/// Reads them back; false if a chunk is missing or of another size than it should be.
template <typename T, std::size_t kSegment>
bool load_segments(std::string_view name, SegmentedVector<T, kSegment>& to,
                   const ledger::ChunkSource& source) {
  auto tail = source.read(std::string(name) + "/tail");
  if (!tail) return false;
  Unpacker in(*tail);
  std::uint64_t count = in.number();
  for (std::size_t i = 0; i < count / kSegment; ++i) {
    auto segment = source.read(std::string(name) + "/" + std::to_string(i));
    if (!segment || segment->size() != kSegment * sizeof(T) || !to.append_bytes(*segment)) {
      return false;
    }
  }
  return in.ok() && to.append_bytes(in.bytes(in.left())) && to.size() == count;
}

}  // namespace jobledger::projections
