#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <string_view>

#include "daemon/http/limits.h"
#include "daemon/http/request_reader.h"

namespace jobledger::daemon::http {

/// Beast's parser, writing straight into a Request. Notes on the way what a server must check
/// beside it (RFC 9110, RFC 9112). Trailers are read over: they may not act as headers.
class RequestReader::Parser final : public boost::beast::http::basic_parser<true> {
 public:
  explicit Parser(const Limits& limits);

  Request request;
  int version = 11;  ///< 10 or 11
  bool is_head = false;
  int hosts = 0;
  bool transfer_encoding = false;
  bool other_coding = false;  ///< a transfer coding that is not exactly `chunked`
  bool expects_continue = false;
  bool other_expectation = false;

 private:
  using Error = boost::beast::error_code;
  using View = boost::beast::string_view;
  using Field = boost::beast::http::field;

  void on_request_impl(boost::beast::http::verb, View method, View target, int version_sent,
                       Error&) override;
  void on_response_impl(int, View, int, Error&) override {}
  void on_field_impl(Field field, View name, View value, Error&) override;
  void on_header_impl(Error&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, Error&) override;
  std::size_t on_body_impl(View body, Error&) override;
  void on_chunk_header_impl(std::uint64_t, View, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View body, Error& error) override;
  void on_finish_impl(Error&) override {}

  void note(Field field, std::string_view value);

  std::uint64_t announced_ = 0;  ///< bytes of the body; the most there may be where nothing is said
};

}  // namespace jobledger::daemon::http
