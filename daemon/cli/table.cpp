#include "daemon/cli/table.h"

#include <algorithm>
#include <numeric>

#include "daemon/cli/text_width.h"
#include "ledger/assert.h"

namespace jobledger::daemon::cli {
namespace {

constexpr std::size_t kBetween = 2;
constexpr std::size_t kShortest = 6;  // a text that is cut to less says nothing

/// The place of the widest column that can be narrower yet; npos if there is none.
std::size_t widest_text(const std::vector<Table::Column>& columns,
                        const std::vector<std::size_t>& widths) {
  std::size_t found = std::string::npos;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    bool narrower = columns[i].kind == Table::Kind::text &&
                    widths[i] > std::max(kShortest, columns[i].at_least);
    if (narrower && (found == std::string::npos || widths[i] > widths[found])) found = i;
  }
  return found;
}

}  // namespace

std::vector<std::size_t> Table::widths(const Screen& screen) const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) {
    widths.push_back(std::max(column.at_least, text_width(column.head)));
  }
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], text_width(row[i]));
    }
  }
  if (!screen.is_terminal()) return widths;
  std::size_t all = std::accumulate(widths.begin(), widths.end(), kBetween * (columns_.size() - 1));
  for (; all > screen.columns; --all) {
    std::size_t widest = widest_text(columns_, widths);
    if (widest == std::string::npos) break;
    --widths[widest];
  }
  return widths;
}

std::string Table::line(const std::vector<std::string>& cells,
                        const std::vector<std::size_t>& widths) const {
  JL_ASSERT(cells.size() == columns_.size());
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    bool is_text = columns_[i].kind == Kind::text;
    std::string cell = is_text ? cut_to_width(cells[i], widths[i]) : cells[i];
    std::size_t used = text_width(cell);
    std::string space(widths[i] > used ? widths[i] - used : 0, ' ');
    bool right = columns_[i].kind == Kind::number;
    text += right ? space + cell : cell;
    if (i + 1 == cells.size()) break;
    if (!right) text += space;
    text.append(kBetween, ' ');
  }
  return text;
}

std::string Table::text(const Screen& screen) const {
  std::vector<std::string> heads;
  for (const Column& column : columns_) heads.push_back(column.head);
  return screen.style.strong(line(heads, widths(screen))) + '\n' + body(screen);
}

std::string Table::body(const Screen& screen) const {
  std::vector<std::size_t> all = widths(screen);
  std::string text;
  for (const auto& row : rows_) text += line(row, all) + '\n';
  return text;
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<Table::Column> columns;
  for (const std::string& head : rows.front()) columns.push_back({head});
  Table whole(std::move(columns));
  for (std::size_t i = 1; i < rows.size(); ++i) whole.add(rows[i]);
  return whole.text(Screen{});
}

}  // namespace jobledger::daemon::cli
