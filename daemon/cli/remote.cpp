#include "daemon/cli/remote.h"

#include <CLI/App.hpp>
#include <ostream>

namespace jobledger::daemon::cli {
namespace {

std::string without_last_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

void add_remote_options(CLI::App* command, Remote& remote) {
  command->add_option("--url", remote.url, "A running daemon: http://HOST:PORT")
      ->envname("JOBLEDGER_URL")
      ->transform(without_last_slash);
  command->add_option("--token", remote.token, "A token of the team, for --url")
      ->envname("JOBLEDGER_TOKEN");
}

bool is_complete(const Remote& remote) {
  return !remote.url.empty() && !remote.token.empty();
}

bool require_remote(const Remote& remote, std::ostream& err) {
  if (is_complete(remote)) return true;
  err << "which ledger? name a running daemon with --url and a token with --token (or "
         "JOBLEDGER_URL and JOBLEDGER_TOKEN)\n";
  return false;
}

}  // namespace jobledger::daemon::cli
