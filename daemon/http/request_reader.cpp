#include "daemon/http/request_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <utility>

#include "daemon/http/request_parser.h"
#include "daemon/http/target.h"

namespace jobledger::daemon::http {
namespace {

using HttpError = boost::beast::http::error;

// The shortest end of a chunked body, `0 CRLF CRLF`. Beast's parser asserts to have that much when
// it is given the last chunk a second time, so a client that sends slowly would end the process.
constexpr std::size_t kLastChunk = 5;
// A body that is announced to be larger, or not announced at all, may become large.
constexpr std::uint64_t kLargeBody = 64 * 1024;

/// Whether the request line names an HTTP version, well formed but none of ours. Of what follows it
/// nothing need have come.
bool names_other_version(std::string_view request_line) {
  const auto target = request_line.find(' ');
  const auto space = target == std::string_view::npos ? target : request_line.find(' ', target + 1);
  if (space == std::string_view::npos) return false;
  const auto version = request_line.substr(space + 1, 8);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
         version[6] == '.' && is_digit(version[7]) && version != "HTTP/1.0" &&
         version != "HTTP/1.1";
}

}  // namespace

RequestReader::RequestReader(const Limits& limits) : limits_(limits) {
  reset();
}
RequestReader::~RequestReader() = default;

void RequestReader::reset() {
  parser_ = std::make_unique<Parser>(limits_);
  phase_ = ReadPhase::nothing;
  header_bytes_ = 0;
  awaits_continue_ = false;
  head_taken_ = false;
  at_line_start_ = false;
}

std::size_t RequestReader::feed(std::string_view bytes) {
  std::size_t used = phase_ == ReadPhase::nothing ? skip_empty_lines(bytes) : 0;
  if (used < bytes.size() && phase_ == ReadPhase::nothing && bytes.substr(used) != "\r") {
    phase_ = ReadPhase::header;
  }
  while (phase_ == ReadPhase::header || phase_ == ReadPhase::body) {
    if (used == bytes.size() || !feed_some(bytes.substr(used), used)) break;
  }
  return used;
}

std::size_t RequestReader::skip_empty_lines(std::string_view bytes) {
  std::size_t used = 0;
  while (bytes.substr(used).starts_with("\r\n")) used += 2;
  header_bytes_ += used;
  if (header_bytes_ > limits_.max_header_bytes) {
    refuse(400, "empty lines instead of a request; begin it with its request line");
  }
  return used;
}

bool RequestReader::folds_line(std::string_view bytes) {
  for (char c : bytes) {
    if (at_line_start_ && (c == ' ' || c == '\t')) return true;
    at_line_start_ = c == '\n';
  }
  return false;
}

// The parser sees no more at once than a header may have, so that what is too long does not
// depend on how the bytes happened to arrive.
bool RequestReader::feed_some(std::string_view bytes, std::size_t& used) {
  const std::size_t window = phase_ == ReadPhase::header ? limits_.max_header_bytes - header_bytes_
                                                         : limits_.max_header_bytes;
  const auto seen = bytes.substr(0, window);
  if (phase_ == ReadPhase::body && parser_->chunked() && seen.size() < kLastChunk) return false;
  boost::beast::error_code error;
  const std::size_t count = parser_->put({seen.data(), seen.size()}, error);
  used += count;
  const bool in_header = phase_ == ReadPhase::header;
  if (in_header) header_bytes_ += count;

  if (in_header && folds_line(seen.substr(0, count))) {
    refuse(400, "a header goes on in a second line; put it into one");
  } else if (error == HttpError::need_more) {
    if (seen.size() == bytes.size()) return false;
    if (count > 0) return true;
    refuse(431, "the headers are longer than " + std::to_string(limits_.max_header_bytes) +
                    " bytes; send fewer or shorter ones");
  } else if (error == HttpError::body_limit) {
    refuse(413, "the body is longer than " + std::to_string(limits_.max_body_bytes) +
                    " bytes; split the request");
  } else if (error == HttpError::bad_version && names_other_version(seen)) {
    refuse(505, "this server speaks HTTP/1.1 and HTTP/1.0 only");
  } else if (error) {
    refuse(400, "the request is malformed: " + error.message());
  } else if (phase_ == ReadPhase::header && parser_->is_header_done()) {
    finish_header(count < bytes.size());
  }
  if (phase_ == ReadPhase::body && parser_->is_done()) phase_ = ReadPhase::complete;
  return phase_ == ReadPhase::body;
}

void RequestReader::finish_header(bool body_follows) {
  phase_ = ReadPhase::body;
  Parser& parsed = *parser_;
  if (parsed.transfer_encoding && parsed.content_length()) {
    return refuse(400, "the request has both Content-Length and Transfer-Encoding; send one");
  }
  if (parsed.transfer_encoding && parsed.version == 10) {
    return refuse(400, "HTTP/1.0 has no Transfer-Encoding; send Content-Length or use HTTP/1.1");
  }
  if (parsed.other_coding) {
    return refuse(501, "the only transfer coding known here is chunked, alone");
  }
  if (parsed.hosts > 1 || (parsed.hosts == 0 && parsed.version == 11)) {
    return refuse(400, "an HTTP/1.1 request must have exactly one Host header");
  }
  if (parsed.other_expectation && parsed.version == 11) {
    return refuse(417, "the only expectation known here is 100-continue");
  }
  if (auto read = read_target(parsed.request); !read) return refuse(400, read.error().message);
  awaits_continue_ = parsed.expects_continue && parsed.version == 11 && !body_follows;
}

void RequestReader::refuse(int status, std::string what) {
  phase_ = ReadPhase::refused;
  refused_status_ = status;
  refused_what_ = std::move(what);
}

std::size_t RequestReader::held_bytes() const {
  // Once as it was sent, once in parts.
  return parser_->request.body.capacity() + 2 * header_bytes_;
}

void RequestReader::let_go() {
  Request none;
  std::swap(parser_->request, none);  // to assign an empty string would keep the memory
}

Request* RequestReader::take_head_of_large() {
  if (phase_ != ReadPhase::body || std::exchange(head_taken_, true)) return nullptr;
  return parser_->content_length().value_or(kLargeBody + 1) > kLargeBody ? &parser_->request
                                                                         : nullptr;
}

bool RequestReader::take_continue() {
  return phase_ == ReadPhase::body && std::exchange(awaits_continue_, false);
}

Request RequestReader::take() {
  Request request = std::move(parser_->request);
  if (is_head()) request.method = "GET";
  return request;
}

bool RequestReader::is_head() const {
  return parser_->is_head;
}
bool RequestReader::keep_alive() const {
  return parser_->keep_alive();
}
bool RequestReader::is_http10() const {
  return parser_->version == 10;
}

}  // namespace jobledger::daemon::http
