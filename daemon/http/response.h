#pragma once

#include <string>
#include <string_view>

#include "daemon/http/message.h"

namespace jobledger::daemon::http {

/// What the request asked of the form of its answer.
struct ResponseForm {
  bool close = false;        ///< the connection ends with this answer
  bool keep_http10 = false;  ///< the client is HTTP/1.0 and wants the connection kept
  bool chunked = false;      ///< a source's body comes in chunks; else it ends with the connection
  bool head = false;         ///< the request was HEAD: the head as of a GET, without the body
};

/// Whether the reply can be put on the wire as it is: a final status (200 to 599), no body where
/// none may be (204, 304) nor two of them, no control characters in headers, and none of the
/// headers that are the server's own (Connection, Content-Length, Content-Type, Date,
/// Transfer-Encoding, ...).
bool is_sendable(const Reply& reply);

/// Appends the whole answer (RFC 9112). 204 and 304 carry neither Content-Length (RFC 9110, 8.6)
/// nor Content-Type. Of a reply with a source it is the head alone.
void append_response(std::string& out, const Reply& reply, const ResponseForm& form);

/// Appends a piece of a body, not empty, as a chunk (RFC 9112, 7.1).
void append_chunk(std::string& out, std::string_view bytes);
/// Appends what tells that the body is whole.
void append_last_chunk(std::string& out);

}  // namespace jobledger::daemon::http
