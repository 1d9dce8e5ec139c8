#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/cli/commands.h"
#include "daemon/cli/http_client.h"
#include "daemon/json/value.h"

namespace jobledger::daemon::cli {

struct Ask {
  std::string path;
  std::string method = "GET";
  std::string body = {};
  std::vector<std::string> headers = {};  ///< `Name: value`
};

/// Prints the error of an answer, and each of its details on a line of its own: who did what, when.
void complain(const Answer& answer, std::ostream& err);

/// Asks a running daemon and prints its answer: as it is with `json`, else the text that is made of
/// it. Gives the exit code: kNo if the state of the jobs does not allow it.
int show(const Remote& remote, const Ask& ask, bool json, Console console,
         const std::function<std::string(const json::Value&)>& text);

/// Asks and gives the answer if it is a 200. Else says what is wrong, and `exit_code` is what the
/// command ends with: kNo if the state of the jobs does not allow it.
std::optional<Answer> ask_daemon(const Remote& remote, const Ask& ask, Console console,
                                 int& exit_code);

/// What is wrong with an id on the command line; empty if nothing is.
std::string not_an_id(const std::string& text);

}  // namespace jobledger::daemon::cli
