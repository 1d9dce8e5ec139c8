#pragma once

#include <string>
#include <string_view>

#include "ledger/result.h"

namespace jobledger::daemon::cli {

/// Where the daemon is, and with which token to talk to it.
struct Remote {
  std::string url;  ///< `http://HOST:PORT`, without a slash at its end
  std::string token;
};

struct Answer {
  int status = 0;
  std::string body;
};

/// One request. A Failure says why no answer came; an error answer is an Answer.
ledger::Result<Answer> call(const Remote& remote, std::string_view method, std::string_view path,
                            std::string_view body);

/// The sentence of an error answer, or its status if it has none.
std::string error_text(const Answer& answer);

}  // namespace jobledger::daemon::cli
