#include "daemon/webhooks/target.h"

#include <curl/curl.h>

#include <charconv>
#include <memory>

namespace jobledger::daemon::webhooks {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeText {
  void operator()(char* text) const { curl_free(text); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

/// Empty if it has none.
std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::unique_ptr<char, FreeText> owned(text);
  return text;
}

std::string without_brackets(std::string host) {
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') {
    return host.substr(1, host.size() - 2);
  }
  return host;
}

}  // namespace

std::string Target::server() const {
  bool is_v6 = host.find(':') != std::string::npos;
  return scheme + "://" + (is_v6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

std::optional<Target> target_of(std::string_view text) {
  Url url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), 0) != CURLUE_OK) {
    return std::nullopt;
  }
  Target target;
  target.scheme = part_of(url.get(), CURLUPART_SCHEME);
  target.host = without_brackets(part_of(url.get(), CURLUPART_HOST));
  for (char& c : target.host) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if ((target.scheme != "http" && target.scheme != "https") || target.host.empty()) {
    return std::nullopt;
  }
  std::string port = part_of(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::from_chars(port.data(), port.data() + port.size(), target.port);
  for (CURLUPart part : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT}) {
    curl_url_set(url.get(), part, nullptr, 0);
  }
  target.shown = part_of(url.get(), CURLUPART_URL);
  return target;
}

}  // namespace jobledger::daemon::webhooks
