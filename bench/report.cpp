#include "bench/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ostream>
#include <stdexcept>

#include "bench/samples.h"

namespace jobledger::bench {
namespace {

/// Three significant digits or more, thousands apart.
std::string shown(double value) {
  char text[64];
  bool whole = value >= 100 || value == std::floor(value);
  std::snprintf(text, sizeof text, whole ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
  std::string digits(text);
  std::size_t end = std::min(digits.find('.'), digits.size());
  for (std::size_t at = end; at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

bool is_same(const Row& a, const Row& b) {
  return a.name == b.name && a.values.front() == b.values.front();
}

}  // namespace

double Row::value(const std::string& column) const {
  for (const auto& [name_of, number] : values) {
    if (name_of == column) return number;
  }
  throw std::logic_error("no column " + column);
}

Row row_of(std::string name, std::size_t connections, const Measured& measured) {
  return {std::move(name),
          {{"connections", static_cast<double>(connections)},
           {"per second", static_cast<double>(measured.requests) / measured.seconds},
           {"p50 ms", quantile(measured.micros, 0.5) / 1000},
           {"p99 ms", quantile(measured.micros, 0.99) / 1000}}};
}

Row bytes_row(std::string name, double jobs, double bytes) {
  return {std::move(name),
          {{"jobs", jobs}, {"bytes a job", bytes / jobs}, {"in all, MiB", bytes / (1 << 20)}}};
}

// A first value that differs from round to round would make each round a line of its own, so of
// the rows without a parameter the first value must be one: `add` takes care of nothing else.
const Row& Report::add(const std::string& table, Row row) {
  print_json(table, row, std::to_string(round_));
  for (Line& line : all_) {
    if (line.table != table || !is_same(line.rounds.front(), row)) continue;
    return line.rounds.emplace_back(std::move(row));
  }
  return all_.emplace_back(Line{table, {std::move(row)}}).rounds.back();
}

const Row& Report::last(const std::string& table, const std::string& name, double parameter) const {
  for (const Line& line : all_) {
    const Row& row = line.rounds.back();
    if (line.table == table && row.name == name && row.values.front().second == parameter) {
      return row;
    }
  }
  throw std::logic_error("no row " + name);
}

Row Report::median_of(const Line& line) const {
  Row row = line.rounds.front();
  for (std::size_t column = 0; column < row.values.size(); ++column) {
    std::vector<double> values;
    for (const Row& each : line.rounds) values.push_back(each.values[column].second);
    row.values[column].second = median(values);
  }
  return row;
}

void Report::finish() {
  std::vector<std::string> tables;
  for (const Line& line : all_) {
    if (std::find(tables.begin(), tables.end(), line.table) == tables.end()) {
      tables.push_back(line.table);
    }
  }
  for (const std::string& table : tables) print_table(table);
}

void Report::print_table(const std::string& table) {
  bool begun = false;
  for (const Line& line : all_) {
    if (line.table != table) continue;
    Row row = median_of(line);
    print_json(table, row, "\"median\"");
    if (!begun) {
      tables_ << "\n| " << table << " |";
      for (const auto& [column, value] : row.values) tables_ << ' ' << column << " |";
      tables_ << "\n|---|";
      for (std::size_t i = 0; i < row.values.size(); ++i) tables_ << "---:|";
      tables_ << '\n';
      begun = true;
    }
    tables_ << "| " << row.name << " |";
    for (const auto& [column, value] : row.values) tables_ << ' ' << shown(value) << " |";
    tables_ << '\n';
  }
  tables_.flush();
}

// Names of tables, rows and columns are this program's own and need no escapes.
void Report::print_json(const std::string& table, const Row& row, const std::string& round) const {
  if (!lines_) return;
  *lines_ << R"({"table":")" << table << R"(","row":")" << row.name << R"(","round":)" << round;
  for (const auto& [column, value] : row.values) *lines_ << ",\"" << column << "\":" << value;
  *lines_ << "}" << std::endl;  // flushed: a long run can be watched
}

}  // namespace jobledger::bench
