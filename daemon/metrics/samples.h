#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prometheus {
struct MetricFamily;
}

namespace jobledger::daemon::metrics {

/// The values of one moment, as their sources give them. Values of one name come one after the
/// other, each with another label.
class Samples {
 public:
  Samples();
  ~Samples();

  struct Label {
    std::string_view name;
    std::string_view value;
  };

  void gauge(std::string_view name, std::string_view help, double value, Label label = {});
  /// What only grows while the process lives; its name ends in `_total`.
  void counter(std::string_view name, std::string_view help, double value, Label label = {});

  std::vector<prometheus::MetricFamily> take();

 private:
  prometheus::MetricFamily& family(std::string_view name, std::string_view help);

  std::unique_ptr<std::vector<prometheus::MetricFamily>> families_;
};

}  // namespace jobledger::daemon::metrics
