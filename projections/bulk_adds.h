#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <roaring/roaring.hh>
#include <unordered_map>
#include <vector>

namespace jobledger::projections {

/// What a fold adds numbers to bitmaps with.
struct SingleAdds {
  void add(Roaring& to, std::uint32_t number) { to.add(number); }
};

/// What a load ends with: adds numbers to bitmaps many at a time, in a fraction of the time that
/// they take one by one if those of each bitmap come in their order. The bitmaps must stay where
/// they are until `finish`.
class BulkAdds {
 public:
  void add(Roaring& to, std::uint32_t number) {
    Waiting*& recent = recent_[std::hash<Roaring*>{}(&to) / alignof(Roaring) % recent_.size()];
    if (!recent || recent->to != &to) recent = &waiting(to);
    recent->numbers.push_back(number);
    if (recent->numbers.size() == kAtOnce) flush(*recent);
  }

  void finish() {
    for (auto& [to, waiting] : waiting_) flush(waiting);
  }

 private:
  static constexpr std::size_t kAtOnce = 4096;
  struct Waiting {
    Roaring* to;
    std::vector<std::uint32_t> numbers;
  };

  Waiting& waiting(Roaring& to) {
    return waiting_.try_emplace(&to, Waiting{&to, {}}).first->second;
  }

  static void flush(Waiting& waiting) {
    waiting.to->addMany(waiting.numbers.size(), waiting.numbers.data());
    waiting.numbers.clear();
  }

  std::unordered_map<Roaring*, Waiting> waiting_;  // whose elements stay where they are
  std::array<Waiting*, 64> recent_{};
};

}  // namespace jobledger::projections
