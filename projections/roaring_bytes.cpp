#include "projections/roaring_bytes.h"

#include "projections/pack.h"

namespace jobledger::projections {
namespace {

constexpr std::uint32_t kWithoutRuns = 12346;
constexpr std::uint32_t kWithRuns = 12347;
constexpr std::uint32_t kMostContainers = 1 << 16;
constexpr std::uint32_t kOffsetsFrom = 4;  ///< containers, where some are runs
constexpr std::uint32_t kLargestArray = 4096;
constexpr std::size_t kBitsetWords = 1024;

struct Container {
  std::uint32_t high = 0;  ///< 16 bits, shifted
  std::uint32_t count = 0;
  bool runs = false;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : in_(bytes) {}

  bool read(std::vector<std::uint32_t>& values) {
    std::vector<Container> containers;
    if (!read_head(containers)) return false;
    for (const Container& container : containers) {
      std::size_t before = values.size();
      if (!read_container(container, values)) return false;
      if (values.size() - before != container.count) return false;
    }
    return in_.ok() && in_.at_end();
  }

 private:
  bool read_head(std::vector<Container>& containers) {
    std::uint32_t cookie = in_.small();
    bool has_runs = (cookie & 0xffff) == kWithRuns;
    if (!has_runs && cookie != kWithoutRuns) return false;
    std::uint32_t count = has_runs ? (cookie >> 16) + 1 : in_.small();
    if (count > kMostContainers) return false;
    std::string_view flags = has_runs ? in_.bytes((count + 7) / 8) : std::string_view();
    for (std::uint32_t i = 0; i < count && in_.ok(); ++i) {
      Container& container = containers.emplace_back();
      container.high = in_.tiny() << 16;
      container.count = in_.tiny() + 1;
      container.runs = has_runs && in_.ok() && (flags[i / 8] >> (i % 8) & 1) != 0;
      if (i > 0 && container.high <= containers[i - 1].high) return false;
    }
    if (!has_runs || count >= kOffsetsFrom) in_.bytes(std::size_t{count} * 4);
    return in_.ok();
  }

  bool read_container(const Container& container, std::vector<std::uint32_t>& values) {
    if (container.runs) return read_runs(container, values);
    return container.count > kLargestArray ? read_bitset(container, values)
                                           : read_array(container, values);
  }

  bool read_array(const Container& container, std::vector<std::uint32_t>& values) {
    std::uint32_t next = 0;
    for (std::uint32_t left = container.count; left > 0 && in_.ok(); --left) {
      std::uint32_t low = in_.tiny();
      if (low < next) return false;
      values.push_back(container.high | low);
      next = low + 1;
    }
    return in_.ok();
  }

  bool read_bitset(const Container& container, std::vector<std::uint32_t>& values) {
    for (std::uint32_t i = 0; i < kBitsetWords; ++i) {
      for (std::uint64_t word = in_.number(); word != 0; word &= word - 1) {
        values.push_back(container.high |
                         (i * 64 + static_cast<std::uint32_t>(__builtin_ctzll(word))));
      }
    }
    return in_.ok();
  }

  bool read_runs(const Container& container, std::vector<std::uint32_t>& values) {
    std::uint32_t next = 0;
    for (std::uint32_t left = in_.tiny(); left > 0 && in_.ok(); --left) {
      std::uint32_t first = in_.tiny();
      std::uint32_t last = first + in_.tiny();
      if (first < next || last > 0xffff) return false;
      for (std::uint32_t low = first; low <= last; ++low) values.push_back(container.high | low);
      next = last + 1;
    }
    return in_.ok();
  }

  Unpacker in_;
};

}  // namespace

std::optional<std::vector<std::uint32_t>> values_of_roaring(std::string_view bytes) {
  std::vector<std::uint32_t> values;
  if (!Reader(bytes).read(values)) return std::nullopt;
  return values;
}

}  // namespace jobledger::projections
