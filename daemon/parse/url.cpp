#include "daemon/parse/url.h"

#include <algorithm>

namespace jobledger::daemon::parse {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool take_scheme(std::string_view& url, std::string_view scheme) {
  std::string_view start = url.substr(0, scheme.size());
  if (!std::equal(start.begin(), start.end(), scheme.begin(), scheme.end(),
                  [](char a, char b) { return lower(a) == b; })) {
    return false;
  }
  url.remove_prefix(scheme.size());
  return true;
}

}  // namespace

bool is_http_url(std::string_view url) {
  bool plain =
      std::all_of(url.begin(), url.end(), [](unsigned char c) { return c > 0x20 && c != 0x7f; });
  if (!plain || (!take_scheme(url, "http://") && !take_scheme(url, "https://"))) return false;
  return !url.empty() && std::string_view("/?#:").find(url.front()) == std::string_view::npos;
}

std::string read_output_url(const Fields& fields) {
  auto url = fields.string("outputUrl");
  if (!url) return {};
  if (url->size() > kMaxUrl) {
    fields.wrong("outputUrl", "must be at most " + std::to_string(kMaxUrl) + " bytes");
    return {};
  }
  return std::string(*url);
}

}  // namespace jobledger::daemon::parse
