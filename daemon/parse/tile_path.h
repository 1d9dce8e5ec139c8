#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace jobledger::daemon::parse {

/// `<N>[.p/<W>]` of C2SP tlog-tiles: which tile of its level, and how much of it.
struct TilePlace {
  std::uint64_t number = 0;
  std::size_t width = 256;

  bool operator==(const TilePlace&) const = default;
};
/// `x001/x234/067.p/12`; nullopt of anything that is not written just so.
std::optional<TilePlace> parse_tile_place(std::string_view path);

struct TilePath {
  std::size_t level = 0;  ///< 0 to 63
  TilePlace place;

  bool operator==(const TilePath&) const = default;
};
/// `<L>/<N>[.p/<W>]`.
std::optional<TilePath> parse_tile_path(std::string_view path);

}  // namespace jobledger::daemon::parse
