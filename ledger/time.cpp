#include "ledger/time.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace jobledger::ledger {
namespace {

namespace chrono = std::chrono;

/// Takes `count` digits off the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<chrono::sys_days> take_date(std::string_view& text) {
  auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  chrono::year_month_day date{chrono::year{*year}, chrono::month(static_cast<unsigned>(*month)),
                              chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return chrono::sys_days{date};
}

std::optional<TimeMs> take_time_of_day(std::string_view& text) {
  auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  auto minute = take_digits(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  auto second = take_digits(text, 2);
  if (!second || *second > 60) return std::nullopt;  // RFC 3339 allows a leap second
  TimeMs ms = ((*hour * 60 + *minute) * 60 + *second) * TimeMs{1000};
  if (!take(text, '.')) return ms;
  int scale = 100;
  std::size_t digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    ms += (text.front() - '0') * scale;
    scale /= 10;
    text.remove_prefix(1);
    ++digits;
  }
  if (digits == 0) return std::nullopt;
  return ms;
}

std::optional<TimeMs> take_offset(std::string_view& text) {
  if (take(text, 'Z') || take(text, 'z')) return 0;
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  auto minute = take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  return sign * (*hour * 60 + *minute) * TimeMs{60'000};
}

}  // namespace

std::string to_rfc3339(TimeMs time) {
  chrono::sys_time<chrono::milliseconds> point{chrono::milliseconds{time}};
  auto day = chrono::floor<chrono::days>(point);
  chrono::year_month_day date{day};
  chrono::hh_mm_ss clock{point - day};
  std::array<char, 40> text{};
  int length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

std::optional<TimeMs> from_rfc3339(std::string_view text) {
  auto date = take_date(text);
  if (!date) return std::nullopt;
  TimeMs ms = chrono::milliseconds{date->time_since_epoch()}.count();
  if (text.empty()) return ms;
  if (text.front() != 'T' && text.front() != 't' && text.front() != ' ') return std::nullopt;
  text.remove_prefix(1);
  auto time_of_day = take_time_of_day(text);
  if (!time_of_day) return std::nullopt;
  auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  return ms + *time_of_day - *offset;
}

TimeMs SystemClock::now() {
  TimeMs now =
      chrono::duration_cast<chrono::milliseconds>(chrono::system_clock::now().time_since_epoch())
          .count();
  TimeMs latest = latest_.load();
  while (latest < now && !latest_.compare_exchange_weak(latest, now)) {
  }
  return std::max(latest, now);
}

}  // namespace jobledger::ledger
