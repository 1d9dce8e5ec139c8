#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobledger::daemon::cli::worker {

/// What a command tells on its descriptor 3, a line each: `progress 40` (per cent; `40%` and `40.5`
/// will do) and `output URL`. The last of each counts.
class ReportLines {
 public:
  /// Bytes as they come. Gives a complaint for each line that is neither.
  std::vector<std::string> feed(std::string_view bytes);
  /// Takes what is left as a line.
  std::vector<std::string> end();

  /// Progress that was not taken yet, from 0 to 100.
  std::optional<double> take_progress();
  /// Empty: none was told.
  const std::string& output() const { return output_; }

 private:
  std::optional<std::string> read(std::string_view line);

  std::string rest_;
  std::optional<double> progress_;
  std::string output_;
};

/// The last lines of what a command says, for its failure.
class LastLines {
 public:
  void feed(std::string_view bytes);
  /// At most the last three that are not blank; empty if there are none.
  std::string text() const;

 private:
  std::string end_;
};

}  // namespace jobledger::daemon::cli::worker
