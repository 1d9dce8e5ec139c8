#pragma once

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/config/table.h"

/// How rows of the table are made: a kind of value and the member of Settings that holds it.
/// `member` is a callable that gives that member of settings, changeable or not.
namespace jobledger::daemon::config {

/// Decimal digits alone, within the range.
template <typename Member>
Setting integer(std::string name, Member member, std::uint32_t min, std::uint32_t max,
                std::string help) {
  auto set = [=](Settings& settings, std::string_view text) {
    std::uint32_t value = 0;
    const char* end = text.data() + text.size();
    auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stopped != end || value < min || value > max) return false;
    member(settings) = value;
    return true;
  };
  auto get = [=](const Settings& settings) { return std::to_string(member(settings)); };
  return {std::move(name),
          Setting::Kind::integer,
          "an integer from " + std::to_string(min) + " to " + std::to_string(max),
          std::move(help),
          set,
          get};
}

/// A text that `accepts` accepts, kept as it is.
template <typename Member, typename Accepts>
Setting text(std::string name, Member member, Accepts accepts, std::string allowed,
             std::string help) {
  auto set = [=](Settings& settings, std::string_view value) {
    if (!accepts(value)) return false;
    member(settings) = value;
    return true;
  };
  auto get = [=](const Settings& settings) { return member(settings); };
  return {std::move(name), Setting::Kind::text, std::move(allowed), std::move(help), set, get};
}

/// The words of a choice and what they stand for, in the order of the help.
template <typename Value>
using Words = std::vector<std::pair<std::string, Value>>;

template <typename Value>
std::string listed(const Words<Value>& words) {
  std::string list;
  for (const auto& [word, value] : words) list += (list.empty() ? "" : ", ") + word;
  return list;
}

template <typename Member, typename Value>
Setting choice(std::string name, Member member, Words<Value> words, std::string help) {
  std::string allowed = "one of " + listed(words);
  auto set = [=](Settings& settings, std::string_view chosen) {
    for (const auto& [word, value] : words) {
      if (word != chosen) continue;
      member(settings) = value;
      return true;
    }
    return false;
  };
  auto get = [=](const Settings& settings) {
    auto is_current = [&](const auto& row) { return row.second == member(settings); };
    return std::find_if(words.begin(), words.end(), is_current)->first;
  };
  return {std::move(name), Setting::Kind::text, std::move(allowed), std::move(help), set, get};
}

template <typename Member>
Setting boolean(std::string name, Member member, std::string help) {
  Setting setting = choice(std::move(name), member, Words<bool>{{"true", true}, {"false", false}},
                           std::move(help));
  setting.kind = Setting::Kind::boolean;
  return setting;
}

}  // namespace jobledger::daemon::config
