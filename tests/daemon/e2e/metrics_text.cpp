#include "metrics_text.h"

#include <sstream>
#include <stdexcept>

namespace jobledger::daemon::e2e {

MetricsText::MetricsText(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    const std::size_t space = line.rfind(' ');
    if (space == std::string::npos) throw std::runtime_error("not a metric: " + line);
    values_[line.substr(0, space)] = std::stod(line.substr(space + 1));
  }
}

double MetricsText::operator[](const std::string& name) const {
  auto found = values_.find(name);
  if (found == values_.end()) throw std::runtime_error("no metric " + name);
  return found->second;
}

MetricsText metrics_of(Team& team) {
  return MetricsText(team.get("/metrics").text);
}

}  // namespace jobledger::daemon::e2e
