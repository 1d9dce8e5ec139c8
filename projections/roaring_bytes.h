#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace jobledger::projections {

/// The values of a 32-bit bitmap in the portable form of the Roaring format, in order; nullopt of
/// bytes that are none. The library's own reader trusts what it reads. Source:
/// github.com/RoaringBitmap/RoaringFormatSpec.
std::optional<std::vector<std::uint32_t>> values_of_roaring(std::string_view bytes);

}  // namespace jobledger::projections
