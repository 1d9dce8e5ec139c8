#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <roaring/roaring.hh>
#include <vector>

namespace jobledger::projections {

/// What a fold adds numbers to bitmaps with.
struct SingleAdds {
  void add(Roaring& to, std::uint32_t number) { to.add(number); }
};

/// What a load does: adds numbers to bitmaps many at a time, in a fraction of the time that they
/// take one by one if those of each bitmap come in their order. The bitmaps must stay where they
/// are until `finish`.
class BulkAdds {
 public:
  void add(Roaring& to, std::uint32_t number) {
    std::vector<std::uint32_t>& numbers = waiting_[&to];
    numbers.push_back(number);
    if (numbers.size() == kAtOnce) flush(to, numbers);
  }

  void finish() {
    for (auto& [to, numbers] : waiting_) flush(*to, numbers);
  }

 private:
  static constexpr std::size_t kAtOnce = 4096;

  static void flush(Roaring& to, std::vector<std::uint32_t>& numbers) {
    to.addMany(numbers.size(), numbers.data());
    numbers.clear();
  }

  boost::unordered_flat_map<Roaring*, std::vector<std::uint32_t>> waiting_;
};

}  // namespace jobledger::projections
