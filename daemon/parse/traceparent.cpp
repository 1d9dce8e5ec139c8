#include "daemon/parse/traceparent.h"

#include <algorithm>

namespace jobledger::daemon::parse {
namespace {

// version 2, trace-id 32, parent-id 16 and flags 2 digits, with dashes between
constexpr std::size_t kLength = 55;
constexpr std::size_t kTrace = 3;
constexpr std::size_t kParent = 36;
constexpr std::size_t kFlags = 53;

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) {
  return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

/// Of version 00 all flags but the first have no meaning yet, and are kept; later versions may give
/// them one that 00 does not have.
std::string flags_of(std::string_view version, std::string_view flags) {
  if (version == "00") return std::string(flags);
  const bool is_sampled = std::string_view("13579bdf").find(flags[1]) != std::string_view::npos;
  return is_sampled ? "01" : "00";
}

}  // namespace

std::string parse_traceparent(std::string_view text) {
  if (text.size() < kLength) return {};
  const std::string_view version = text.substr(0, 2);
  // Something may follow in later versions, behind another dash.
  const bool ends = text.size() == kLength || (version != "00" && text[kLength] == '-');
  const bool dashes =
      text[kTrace - 1] == '-' && text[kParent - 1] == '-' && text[kFlags - 1] == '-';
  if (!ends || !dashes || !is_hex(version) || version == "ff") return {};
  const std::string_view flags = text.substr(kFlags, 2);
  if (!is_id(text.substr(kTrace, 32)) || !is_id(text.substr(kParent, 16)) || !is_hex(flags)) {
    return {};
  }
  return "00" + std::string(text.substr(2, kFlags - 2)) + flags_of(version, flags);
}

std::string_view trace_id_of(std::string_view traceparent) {
  return traceparent.empty() ? traceparent : traceparent.substr(kTrace, 32);
}

}  // namespace jobledger::daemon::parse
