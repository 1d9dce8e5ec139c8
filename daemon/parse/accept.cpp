#include "daemon/parse/accept.h"

#include <algorithm>
#include <optional>

#include "daemon/parse/text.h"

namespace jobledger::daemon::parse {
namespace {

bool same(std::string_view a, std::string_view b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::string_view take_until(std::string_view& text, char separator) {
  std::string_view piece = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(text.size(), piece.size() + 1));
  return trim(piece);
}

/// `0`, `0.5`, `1.000` in thousandths; nullopt if it is no such number.
std::optional<int> weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text.size() > 1 && text[1] != '.')) return std::nullopt;
  int thousandths = 0;
  int unit = 1000;
  for (std::size_t i = 0; i < text.size(); i += i == 0 ? 2 : 1) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    thousandths += (text[i] - '0') * unit;
    unit /= 10;
  }
  return thousandths <= 1000 ? std::optional(thousandths) : std::nullopt;
}

/// How much a media range with its parameters is wanted, in thousandths. A malformed weight counts
/// as none given.
int weight_of(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view parameter = take_until(parameters, ';');
    std::string_view name = take_until(parameter, '=');
    if (same(name, "q")) return weight(parameter).value_or(1000);
  }
  return 1000;
}

/// How well a media range fits a type: 3 names it, 0 does not fit.
int fit(std::string_view range, std::string_view type) {
  if (same(range, type)) return 3;
  if (range.ends_with("/*") &&
      same(range.substr(0, range.size() - 1), type.substr(0, type.find('/') + 1))) {
    return 2;
  }
  return range == "*/*" ? 1 : 0;
}

struct Wanted {
  int fit = 0;
  int weight = 0;
};

/// What the range that fits best says of the type.
Wanted wanted(std::string_view accept, std::string_view type) {
  Wanted best;
  while (!accept.empty()) {
    std::string_view item = take_until(accept, ',');
    std::string_view range = take_until(item, ';');
    if (int how = fit(range, type); how > best.fit) best = {how, weight_of(item)};
  }
  return best;
}

}  // namespace

bool asks_for(std::string_view accept, std::string_view type, std::string_view usual) {
  Wanted this_one = wanted(accept, type);
  return this_one.fit == 3 && this_one.weight > 0 &&
         this_one.weight >= wanted(accept, usual).weight;
}

}  // namespace jobledger::daemon::parse
