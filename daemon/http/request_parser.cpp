#include "daemon/http/request_parser.h"

#include <boost/beast/core/string.hpp>
#include <limits>

namespace jobledger::daemon::http {
namespace {

namespace beast = boost::beast;

// A client may announce more than it sends: memory is not given on its word alone.
constexpr std::uint64_t kReservedAtMost = 256 * 1024;
constexpr std::size_t kUsualHeaders = 8;

}  // namespace

RequestReader::Parser::Parser(const Limits& limits) : announced_(limits.max_body_bytes) {
  body_limit(limits.max_body_bytes);
  header_limit(std::numeric_limits<std::uint32_t>::max());  // the reader counts exactly
}

void RequestReader::Parser::on_request_impl(beast::http::verb, View method, View target,
                                            int version_sent, Error&) {
  request.method.assign(method.data(), method.size());
  request.target.assign(target.data(), target.size());
  request.headers.reserve(kUsualHeaders);
  version = version_sent;
  is_head = request.method == "HEAD";
}

void RequestReader::Parser::on_field_impl(Field field, View name, View value, Error&) {
  if (is_header_done()) return;
  request.headers.emplace_back(std::string_view(name.data(), name.size()),
                               std::string_view(value.data(), value.size()));
  note(field, {value.data(), value.size()});
}

void RequestReader::Parser::note(Field field, std::string_view value) {
  switch (field) {
    case Field::host:
      ++hosts;
      break;
    case Field::transfer_encoding:
      transfer_encoding = true;
      if (!beast::iequals({value.data(), value.size()}, "chunked")) other_coding = true;
      break;
    case Field::expect:
      (beast::iequals({value.data(), value.size()}, "100-continue") ? expects_continue
                                                                    : other_expectation) = true;
      break;
    default:
      break;
  }
}

void RequestReader::Parser::on_body_init_impl(const boost::optional<std::uint64_t>& length,
                                              Error&) {
  if (!length) return;
  announced_ = *length;
  request.body.reserve(std::min(announced_, kReservedAtMost));
}

std::size_t RequestReader::Parser::on_body_impl(View body, Error&) {
  // As strings grow, but not beyond what there will be.
  const std::uint64_t needed = request.body.size() + body.size();
  if (needed > request.body.capacity()) {
    request.body.reserve(std::max(needed, std::min<std::uint64_t>(2 * needed, announced_)));
  }
  request.body.append(body.data(), body.size());
  return body.size();
}

std::size_t RequestReader::Parser::on_chunk_body_impl(std::uint64_t, View body, Error& error) {
  return on_body_impl(body, error);
}

}  // namespace jobledger::daemon::http
