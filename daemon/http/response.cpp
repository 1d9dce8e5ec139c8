#include "daemon/http/response.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <string_view>

namespace jobledger::daemon::http {
namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "";  // RFC 9112, 4: it may be empty
  }
}

void append_number(std::string& out, std::size_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

/// `Date: …` in the form of RFC 9110, 5.6.7, made anew once a second and thread.
std::string_view date_line() {
  thread_local std::time_t made_for = -1;
  thread_local std::array<char, 48> line;
  thread_local std::size_t length = 0;
  const std::time_t now = std::time(nullptr);
  if (now != made_for) {
    // strftime speaks the language of the locale, HTTP does not.
    static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    gmtime_r(&now, &utc);
    length = static_cast<std::size_t>(
        std::snprintf(line.data(), line.size(), "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n",
                      kDays[utc.tm_wday], utc.tm_mday, kMonths[utc.tm_mon], utc.tm_year + 1900,
                      utc.tm_hour, utc.tm_min, utc.tm_sec));
    made_for = now;
  }
  return {line.data(), length};
}

bool has_no_body(int status) {
  return status == 204 || status == 304;
}

bool is_clean(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

bool is_name(std::string_view name) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";  // RFC 9110, 5.6.2
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kOthers.find(c) != std::string_view::npos;
  });
}

bool is_own_header(std::string_view name) {
  static constexpr std::string_view kOwn[] = {
      "connection",        "content-length", "content-type", "date",
      "transfer-encoding", "keep-alive",     "upgrade",      "trailer"};
  return std::any_of(std::begin(kOwn), std::end(kOwn), [&](std::string_view own) {
    return std::equal(own.begin(), own.end(), name.begin(), name.end(), [](char a, char b) {
      return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
    });
  });
}

}  // namespace

bool is_sendable(const Reply& reply) {
  if (reply.status < 200 || reply.status > 599) return false;
  if (has_no_body(reply.status) && (!reply.body.empty() || reply.source)) return false;
  if (reply.source && !reply.body.empty()) return false;
  if (!is_clean(reply.content_type)) return false;
  return std::all_of(reply.headers.begin(), reply.headers.end(), [](const auto& header) {
    return is_name(header.first) && is_clean(header.second) && !is_own_header(header.first);
  });
}

void append_response(std::string& out, const Reply& reply, const ResponseForm& form) {
  out.reserve(out.size() + 512 + (form.head ? 0 : reply.body.size()));
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(reply.status));
  (out += ' ') += reason_of(reply.status);
  out += "\r\n";
  out += date_line();
  if (!has_no_body(reply.status)) {
    if (!reply.source) {
      out += "Content-Length: ";
      append_number(out, reply.body.size());
      out += "\r\n";
    } else if (form.chunked) {
      out += "Transfer-Encoding: chunked\r\n";
    }
    if (!reply.content_type.empty()) ((out += "Content-Type: ") += reply.content_type) += "\r\n";
  }
  for (const auto& [name, value] : reply.headers) {
    (((out += name) += ": ") += value) += "\r\n";
  }
  if (form.close) {
    out += "Connection: close\r\n";
  } else if (form.keep_http10) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
  if (!form.head) out += reply.body;
}

void append_chunk(std::string& out, std::string_view bytes) {
  std::array<char, 16> digits;
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), bytes.size(), 16).ptr;
  out.append(digits.data(), end);
  ((out += "\r\n") += bytes) += "\r\n";
}

void append_last_chunk(std::string& out) {
  out += "0\r\n\r\n";
}

}  // namespace jobledger::daemon::http
