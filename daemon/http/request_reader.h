#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/http/limits.h"
#include "daemon/http/message.h"

namespace jobledger::daemon::http {

/// How far a request has come.
enum class ReadPhase {
  nothing,  ///< no byte of it, save empty lines before it (RFC 9112, 2.2)
  header,
  body,
  complete,
  refused,  ///< it cannot be read on: nothing after it on the connection has a meaning
};

/// Makes requests of bytes; knows no socket and no clock. Guards against request smuggling: what
/// two readers could frame differently is refused (RFC 9112, 6.3 and 11.2).
class RequestReader {
 public:
  /// `limits` must outlive the reader.
  explicit RequestReader(const Limits& limits);
  ~RequestReader();

  /// Reads on, and tells how many of the bytes were used. The others are to come again, in front
  /// of what arrives next, and belong to the next request once this one is complete.
  std::size_t feed(std::string_view bytes);

  ReadPhase phase() const { return phase_; }
  /// The memory of what was read of the request.
  std::size_t held_bytes() const;
  /// Lets go of what was read of a request that will not be taken.
  void let_go();
  /// Of a request whose headers are there and whose body may become large: the request so far, to
  /// be looked at before the body comes. Told once; null otherwise.
  Request* take_head_of_large();
  /// Whether the client waits for `100 Continue` before it sends the body; told once.
  bool take_continue();

  // Of a complete request. A HEAD becomes a GET: whoever answers need not know.
  Request take();
  bool is_head() const;
  bool keep_alive() const;
  bool is_http10() const;

  // Of a refused one.
  int refused_status() const { return refused_status_; }
  const std::string& refused_what() const { return refused_what_; }

  /// On to the next request.
  void reset();

 private:
  class Parser;

  std::size_t skip_empty_lines(std::string_view bytes);
  /// Whether a line of the header goes on in the next one (RFC 9112, 5.2), which readers differ on.
  bool folds_line(std::string_view bytes);
  bool feed_some(std::string_view bytes, std::size_t& used);
  void finish_header(bool body_follows);
  void refuse(int status, std::string what);

  const Limits& limits_;
  std::unique_ptr<Parser> parser_;
  ReadPhase phase_ = ReadPhase::nothing;
  std::size_t header_bytes_ = 0;
  bool awaits_continue_ = false;
  bool head_taken_ = false;
  bool at_line_start_ = false;
  int refused_status_ = 0;
  std::string refused_what_;
};

}  // namespace jobledger::daemon::http
