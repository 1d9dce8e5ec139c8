#pragma once

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "bench/load.h"

namespace jobledger::bench {

/// One line of a table, as measured in one round. Values are in the unit that their column names.
struct Row {
  std::string name;
  std::vector<std::pair<std::string, double>> values;

  double value(const std::string& column) const;
};

/// The columns `per second`, `p50 ms` and `p99 ms` of a load.
Row row_of(std::string name, std::size_t connections, const Measured& measured);

/// The columns `jobs`, `bytes a job` and `in all, MiB`.
Row bytes_row(std::string name, double jobs, double bytes);

/// Collects what the rounds measure and prints the median of each value. A row is known by its
/// table, its name and, if there is one, its first column where that is a parameter.
class Report {
 public:
  /// With `lines`, each row is written there at once as one JSON object; later the medians too.
  Report(std::ostream& tables, std::ostream* lines) : tables_(tables), lines_(lines) {}

  void begin_round(int round) { round_ = round; }
  const Row& add(const std::string& table, Row row);
  /// The row that was added last under this name, with this first value.
  const Row& last(const std::string& table, const std::string& name, double parameter) const;
  /// Prints the tables, in the order in which they began, in Markdown.
  void finish();

 private:
  struct Line {
    std::string table;
    std::vector<Row> rounds;
  };
  Row median_of(const Line& line) const;
  void print_table(const std::string& table);
  void print_json(const std::string& table, const Row& row, const std::string& round) const;

  std::ostream& tables_;
  std::ostream* lines_;
  int round_ = 1;
  std::vector<Line> all_;
};

}  // namespace jobledger::bench
