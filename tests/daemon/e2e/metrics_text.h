#pragma once

#include <map>
#include <string>

#include "team.h"

namespace jobledger::daemon::e2e {

/// What `GET /metrics` gave: each line's name with its labels, and its value.
class MetricsText {
 public:
  /// Throws if a line is none.
  explicit MetricsText(const std::string& text);

  /// `name` as it stands in the text, with its labels: `a_total{b="c"}`. Throws if it is not there.
  double operator[](const std::string& name) const;
  bool has(const std::string& name) const { return values_.contains(name); }

 private:
  std::map<std::string, double> values_;
};

MetricsText metrics_of(Team& team);

}  // namespace jobledger::daemon::e2e
