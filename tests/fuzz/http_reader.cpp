#include <vector>

#include "daemon/http/request_reader.h"
#include "tests/fuzz/support.h"
#include "tests/fuzz/targets.h"

// The first byte says how the rest arrives in pieces.

namespace jobledger::fuzz {
namespace {

constexpr int kTooLong = 431;

using daemon::http::ReadPhase;
using daemon::http::Request;
using daemon::http::RequestReader;

daemon::http::Limits small_limits() {
  daemon::http::Limits limits;
  limits.max_header_bytes = 512;
  limits.max_body_bytes = 1024;
  return limits;
}

/// All that a connection's bytes came to.
struct Reading {
  std::vector<Request> requests;
  std::vector<std::string> ways;  ///< of answering each of them
  int refused_status = 0;
  std::string refused_what;
};

void note(RequestReader& reader, Reading& reading) {
  std::string way = reader.is_head() ? "head" : "whole";
  way += reader.keep_alive() ? ", keep" : ", close";
  way += reader.is_http10() ? ", 1.0" : ", 1.1";
  reading.ways.push_back(std::move(way));
  reading.requests.push_back(reader.take());
  reader.reset();
}

/// Feeds the bytes as a connection does: what was not used comes again, with more behind it.
Reading read(std::string_view bytes, std::size_t piece) {
  static const daemon::http::Limits limits = small_limits();
  RequestReader reader(limits);
  Reading reading;
  std::size_t begin = 0;
  for (std::size_t end = 0; end < bytes.size();) {
    end = std::min(bytes.size(), end + piece);
    for (bool more = true; more;) {
      std::size_t used = reader.feed(bytes.substr(begin, end - begin));
      require(used <= end - begin, "a reader uses no more than it is given");
      begin += used;
      reader.take_continue();
      reader.take_head_of_large();
      if (reader.phase() == ReadPhase::refused) {
        reading.refused_status = reader.refused_status();
        reading.refused_what = reader.refused_what();
        return reading;
      }
      more = reader.phase() == ReadPhase::complete;
      if (more) note(reader, reading);
      more = more && begin < end;
    }
  }
  return reading;
}

void check_request(const Request& request) {
  require(!request.method.empty(), "a request has a method");
  require(!request.path.empty(), "a request has a path");
  require(request.body.size() <= small_limits().max_body_bytes, "no body is over the limit");
  for (const auto& [name, value] : request.headers) {
    require(!name.empty(), "a header has a name");
    require(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos,
            "no header ends its line", value);
  }
}

void require_same(const Reading& whole, const Reading& pieces) {
  require(whole.requests.size() == pieces.requests.size(),
          "how bytes arrive does not change how many requests they are");
  require(whole.ways == pieces.ways, "how bytes arrive does not change how they are answered");
  for (std::size_t i = 0; i < whole.requests.size(); ++i) {
    const Request& one = whole.requests[i];
    const Request& other = pieces.requests[i];
    require(one.method == other.method && one.target == other.target && one.path == other.path &&
                one.query == other.query && one.headers == other.headers && one.body == other.body,
            "how bytes arrive does not change a request", one.target);
  }
  // A head that is wrong and too long at once is the one or the other.
  bool is_either = whole.refused_status == kTooLong || pieces.refused_status == kTooLong;
  bool is_same = is_either ? whole.refused_status != 0 && pieces.refused_status != 0
                           : whole.refused_status == pieces.refused_status;
  require(is_same, "how bytes arrive does not change what is refused",
          whole.refused_what + " / " + pieces.refused_what);
}

}  // namespace

void http_reader(std::string_view bytes) {
  Input input(bytes);
  std::size_t piece = 1 + input.choose(64);
  // What is wrong with a head may be told before its end has come, so that it comes to both.
  std::string sent(input.rest());
  sent.append("\r\n\r\n").append(small_limits().max_header_bytes + 1, 'x');
  Reading whole = read(sent, sent.size());
  for (const Request& request : whole.requests) check_request(request);
  bool refused = whole.refused_status != 0;
  require(!refused || (whole.refused_status >= 400 && whole.refused_status <= 599 &&
                       !whole.refused_what.empty()),
          "what is refused is told so");
  require_same(whole, read(sent, piece));
}

}  // namespace jobledger::fuzz
