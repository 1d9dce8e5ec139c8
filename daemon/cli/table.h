#pragma once

#include <string>
#include <vector>

#include "daemon/cli/screen.h"

namespace jobledger::daemon::cli {

/// Columns with two spaces between. On a terminal the heads stand out, and texts are cut, the
/// widest first, until a row fits its line; elsewhere nothing is cut.
class Table {
 public:
  enum class Kind {
    whole,   ///< never cut: ids, statuses, times
    text,    ///< may be cut
    number,  ///< to the right
  };
  struct Column {
    std::string head;
    Kind kind = Kind::whole;
    std::size_t at_least = 0;  ///< its width, so that tables below each other are alike
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// A cell for each column; those that may be cut have no colours.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }

  std::string text(const Screen& screen) const;
  /// The same without heads.
  std::string body(const Screen& screen) const;

 private:
  std::vector<std::size_t> widths(const Screen& screen) const;
  std::string line(const std::vector<std::string>& cells,
                   const std::vector<std::size_t>& widths) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// Rows of whole cells; the first row is the head.
std::string table(const std::vector<std::vector<std::string>>& rows);

}  // namespace jobledger::daemon::cli
