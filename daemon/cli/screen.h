#pragma once

#include <cstddef>
#include <string>

#include "daemon/cli/style.h"

namespace jobledger::daemon::cli {

/// Where an answer is shown: a terminal, or a file or pipe, which gets everything whole and plain.
struct Screen {
  Style style{false};
  std::size_t columns = 0;  ///< of the terminal; 0: lines may be of any length
  std::string year = {};    ///< the present one, UTC; empty: times are shown as they are

  /// Standard output.
  static Screen of_output();

  bool is_terminal() const { return columns > 0; }
  /// An RFC 3339 time of an answer. On a terminal `Nov 28 22:49:37`, or `Nov 28 2025` if that
  /// was another year; elsewhere as it is.
  std::string time(const std::string& text) const;
};

}  // namespace jobledger::daemon::cli
