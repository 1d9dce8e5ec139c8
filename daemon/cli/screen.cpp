#include "daemon/cli/screen.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <string_view>

#include "ledger/time.h"

namespace jobledger::daemon::cli {
namespace {

constexpr std::size_t kUsualColumns = 80;  // of terminals that do not tell theirs
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr std::size_t kTimeSize = std::string_view("2026-11-28T22:49:37").size();

std::string present_year() {
  auto now = std::chrono::system_clock::now().time_since_epoch();
  auto time = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  return ledger::to_rfc3339(time).substr(0, 4);
}

}  // namespace

Screen Screen::of_output() {
  Screen screen{Style::of_output()};
  if (isatty(STDOUT_FILENO) != 1) return screen;
  winsize size{};
  bool told = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  screen.columns = told ? size.ws_col : kUsualColumns;
  screen.year = present_year();
  return screen;
}

std::string Screen::time(const std::string& text) const {
  bool is_time = text.size() > kTimeSize && ledger::from_rfc3339(text).has_value();
  if (year.empty() || !is_time) return text;
  std::size_t month = static_cast<std::size_t>(std::stoi(text.substr(5, 2))) - 1;
  std::string day = std::string(kMonths.substr(month * 3, 3)) + ' ' + text.substr(8, 2);
  if (text.substr(0, 4) != year) return day + ' ' + text.substr(0, 4);
  return day + ' ' + text.substr(11, 8);
}

}  // namespace jobledger::daemon::cli
