#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/result.h"

namespace jobledger::daemon::cli {

/// Where the daemon is, and with which token to talk to it. What is empty is not used.
struct Remote {
  std::string url;  ///< `http://HOST:PORT` or `https://…`, without a slash at its end
  std::string token;
  std::string ca;                ///< the path of PEM certificates, instead of the system's
  std::string client_cert;       ///< the path of one to show, as PEM
  std::string client_key;        ///< the path of its key
  std::string client_name = {};  ///< goes before the User-Agent, for the audit
};

struct Answer {
  int status = 0;
  std::string body;
  std::string head = {};  ///< the status line and the headers
};

/// The value of a header; empty if there is none.
std::string header_of(const Answer& answer, std::string_view name);

/// One request. A Failure says why no answer came; an error answer is an Answer.
/// `headers` are more of them, as `Name: value`.
ledger::Result<Answer> call(const Remote& remote, std::string_view method, std::string_view path,
                            std::string_view body, std::vector<std::string> headers = {});

/// A request whose answer is taken as it comes.
struct Stream {
  std::string path;
  std::vector<std::string> headers;            ///< `Name: value`
  std::function<void(std::string_view)> take;  ///< bytes of the body of a 200
  std::function<bool()> is_over;               ///< asked once a second at least
};

/// Gives the answer once it has ended: a 200 without its body, which was taken. A Failure says why
/// none came, or why it ended in the middle; an answer that brings nothing for long has.
ledger::Result<Answer> follow(const Remote& remote, const Stream& stream);

/// The sentence of an error answer, or its status if it has none.
std::string error_text(const Answer& answer);

}  // namespace jobledger::daemon::cli
