#include "daemon/cli/worker/report_lines.h"

#include <charconv>
#include <utility>

namespace jobledger::daemon::cli::worker {
namespace {

constexpr std::size_t kLongestLine = 16384;
constexpr std::size_t kKept = 4096;  // bytes for the last lines
constexpr int kLines = 3;
constexpr std::string_view kBlank = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

std::optional<double> percent_in(std::string_view text) {
  if (text.ends_with('%')) text = trimmed(text.substr(0, text.size() - 1));
  double percent = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), percent);
  bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && percent >= 0 && percent <= 100 ? std::optional(percent) : std::nullopt;
}

}  // namespace

std::vector<std::string> ReportLines::feed(std::string_view bytes) {
  std::vector<std::string> complaints;
  rest_ += bytes;
  std::size_t begin = 0;
  for (std::size_t end; (end = rest_.find('\n', begin)) != rest_.npos; begin = end + 1) {
    auto wrong = read(std::string_view(rest_).substr(begin, end - begin));
    if (wrong) complaints.push_back(*wrong);
  }
  rest_.erase(0, begin);
  if (rest_.size() > kLongestLine) {
    complaints.emplace_back("a line on descriptor 3 has no end; it is left out");
    rest_.clear();
  }
  return complaints;
}

std::vector<std::string> ReportLines::end() {
  return rest_.empty() ? std::vector<std::string>{} : feed("\n");
}

std::optional<double> ReportLines::take_progress() {
  return std::exchange(progress_, std::nullopt);
}

std::optional<std::string> ReportLines::read(std::string_view line) {
  line = trimmed(line);
  if (line.empty()) return std::nullopt;
  std::size_t space = line.find_first_of(kBlank);
  std::string_view word = line.substr(0, space);
  std::string_view value = space == line.npos ? "" : trimmed(line.substr(space));
  if (word == "progress") {
    auto percent = percent_in(value);
    if (!percent) {
      return "\"" + std::string(line) + "\" on descriptor 3: progress is a number from 0 to 100";
    }
    progress_ = percent;
    return std::nullopt;
  }
  if (word == "output" && !value.empty()) {
    output_ = value;
    return std::nullopt;
  }
  return "\"" + std::string(line) +
         "\" on descriptor 3 means nothing: lines are `progress PERCENT` or `output URL`";
}

void LastLines::feed(std::string_view bytes) {
  end_ += bytes;
  if (end_.size() > 2 * kKept) end_.erase(0, end_.size() - kKept);
}

std::string LastLines::text() const {
  std::string_view rest(end_);
  if (rest.size() > kKept) rest.remove_prefix(rest.size() - kKept);
  std::string text;
  for (int lines = 0; lines < kLines;) {
    rest = rest.substr(0, rest.find_last_not_of(kBlank) + 1);
    if (rest.empty()) break;
    std::size_t before = rest.rfind('\n');
    std::string_view line = trimmed(before == rest.npos ? rest : rest.substr(before + 1));
    text = std::string(line) + (text.empty() ? "" : "\n") + text;
    ++lines;
    rest = before == rest.npos ? "" : rest.substr(0, before);
  }
  return text;
}

}  // namespace jobledger::daemon::cli::worker
