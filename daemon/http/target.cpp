#include "daemon/http/target.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace jobledger::daemon::http {
namespace {

using ledger::Failure;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// nullopt on a `%` without two hexadecimal digits after it.
std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] == '%') {
      if (text.size() - i < 3) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// The part of an `http://host/path` target from its path on; nullopt if it is no such target.
std::optional<std::string_view> after_authority(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto end = target.find_first_of("/?");
    return end == std::string_view::npos ? std::string_view{} : target.substr(end);
  }
  return std::nullopt;
}

Failure bad_escape(std::string_view where) {
  return {"the " + std::string(where) +
          " of the URL has a % that is not followed by two hexadecimal digits; write %25 for a "
          "plain percent sign"};
}

ledger::Status read_query(std::string_view text, Request& request) {
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto name = decode(pair.substr(0, equals), true);
    auto value =
        equals == std::string_view::npos ? std::string() : decode(pair.substr(equals + 1), true);
    if (!name || !value) return bad_escape("query");
    request.query.emplace_back(std::move(*name), std::move(*value));
  }
  return ledger::ok();
}

}  // namespace

ledger::Status read_target(Request& request) {
  std::string_view target = request.target;
  if (target == "*" && request.method == "OPTIONS") {
    request.path = "*";
    return ledger::ok();
  }
  if (!target.starts_with('/')) {
    const auto rest = after_authority(target);
    if (!rest) return Failure{"the request target must be a path that begins with /"};
    target = *rest;
  }
  const auto mark = target.find('?');
  auto path = decode(target.substr(0, mark), false);
  if (!path) return bad_escape("path");
  request.path = path->empty() ? "/" : std::move(*path);
  if (mark == std::string_view::npos) return ledger::ok();
  return read_query(target.substr(mark + 1), request);
}

}  // namespace jobledger::daemon::http
