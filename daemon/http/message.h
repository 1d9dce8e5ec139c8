#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/http/body_source.h"

namespace jobledger::daemon::http {

/// One request, read whole.
struct Request {
  std::string method;                                        ///< as sent, `GET`
  std::string path;                                          ///< percent-decoded, without the query
  std::string target;                                        ///< as sent: path and query
  std::vector<std::pair<std::string, std::string>> query;    ///< decoded, in order
  std::vector<std::pair<std::string, std::string>> headers;  ///< in order, names as sent
  std::string body;
  std::string peer;  ///< the client's address, without the port
  /// Counts the memory of a large body for as long as it lives: to be let go of with the body.
  std::shared_ptr<const void> counted;

  /// The first header of that name, in any case; empty if there is none.
  std::string_view header(std::string_view name) const;
  /// The last query parameter of that name.
  std::optional<std::string_view> parameter(std::string_view name) const;
};

struct Reply {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::shared_ptr<BodySource> source = nullptr;  ///< instead of `body`: it is sent as it is made
};

/// Sends the answer; to be called once, from any thread. If the client has gone, nothing happens.
using Respond = std::function<void(Reply)>;

/// What the server calls for each request, on an I/O thread. It must not block for long.
class Handler {
 public:
  virtual ~Handler() = default;
  /// `gone` tells whether the client has hung up; it may be asked from any thread, at any time.
  virtual void handle(Request request, Respond respond, std::function<bool()> gone) = 0;
  /// Asked before a large body is read, of a request without it: an answer refuses the request, and
  /// ends the connection.
  virtual std::optional<Reply> refuse_early(const Request&) { return std::nullopt; }
  /// The answer to bytes that are no acceptable request: 400, 408, 413, 431, 501 and the like.
  virtual Reply refuse(int status, std::string_view what) = 0;
};

}  // namespace jobledger::daemon::http
