#include "daemon/parse/tile_path.h"

#include <algorithm>
#include <string>

#include "ledger/checkpoint.h"

namespace jobledger::daemon::parse {
namespace {

constexpr std::size_t kWidth = 256;
constexpr std::uint64_t kLevels = 64;
constexpr std::size_t kMostDigits = 18;  ///< beyond it no ledger comes, and no number overflows

/// Takes what stands before the next slash, which is there, or all.
std::string_view take_element(std::string_view& path) {
  std::size_t end = std::min(path.find('/'), path.size());
  std::string_view element = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return element;
}

bool is_three_digits(std::string_view text) {
  return text.size() == 3 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// `x001/x234/067`.
std::optional<std::uint64_t> parse_number(std::string_view path) {
  std::string digits;
  for (bool more = true; more && digits.size() <= kMostDigits;) {
    std::string_view element = take_element(path);
    more = element.starts_with('x');
    if (more) element.remove_prefix(1);
    if (!is_three_digits(element)) return std::nullopt;
    digits += element;
  }
  bool padded = digits.size() > 3 && digits.starts_with("000");
  if (!path.empty() || padded || digits.size() > kMostDigits) return std::nullopt;
  std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size() - 1);
  return ledger::plain_number(std::string_view(digits).substr(zeros));
}

}  // namespace

std::optional<TilePlace> parse_tile_place(std::string_view path) {
  TilePlace place;
  if (std::size_t partial = path.find(".p/"); partial != std::string_view::npos) {
    auto width = ledger::plain_number(path.substr(partial + 3));
    if (!width || *width == 0 || *width >= kWidth) return std::nullopt;
    place.width = *width;
    path = path.substr(0, partial);
  }
  if (path.ends_with('/')) return std::nullopt;
  auto number = parse_number(path);
  if (!number) return std::nullopt;
  place.number = *number;
  return place;
}

std::optional<TilePath> parse_tile_path(std::string_view path) {
  auto level = ledger::plain_number(take_element(path));
  auto place = parse_tile_place(path);
  if (!level || *level >= kLevels || !place) return std::nullopt;
  return TilePath{*level, *place};
}

}  // namespace jobledger::daemon::parse
