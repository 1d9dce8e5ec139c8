#include "bench/samples.h"

#include <algorithm>
#include <cstddef>

namespace jobledger::bench {

double quantile(const std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  std::vector<double> sorted(values);
  auto place = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
  auto at = sorted.begin() + static_cast<std::ptrdiff_t>(std::min(place, sorted.size() - 1));
  std::nth_element(sorted.begin(), at, sorted.end());
  return *at;
}

}  // namespace jobledger::bench
