#include "daemon/cli/remote.h"

#include <CLI/App.hpp>
#include <cstdlib>
#include <fstream>
#include <ostream>

namespace jobledger::daemon::cli {
namespace {

std::string without_last_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

/// The first line of the file.
std::string token_in(const std::string& path) {
  std::ifstream file(path);
  std::string token;
  if (!std::getline(file, token) || token.empty()) {
    throw CLI::ValidationError("--token-file", "there is no token in " + path);
  }
  if (token.back() == '\r') token.pop_back();
  return token;
}

/// A file goes over JOBLEDGER_TOKEN, but not over another token on the command line.
void add_token_options(CLI::App* command, Remote& remote) {
  CLI::Option* token = command
                           ->add_option("--token", remote.token,
                                        "A token of the team, for --url; everybody on this machine "
                                        "can see it among the processes, unlike the other ways")
                           ->envname("JOBLEDGER_TOKEN");
  auto read = [token, &remote](const std::string& path) {
    const char* variable = std::getenv("JOBLEDGER_TOKEN");
    if (token->count() > 0 && (!variable || remote.token != variable)) {
      throw CLI::ValidationError("--token-file", "a token was named with --token; leave one out");
    }
    remote.token = token_in(path);
  };
  command
      ->add_option_function<std::string>("--token-file", read,
                                         "A file with the token in its first line")
      ->type_name("FILE");
}

}  // namespace

void add_remote_options(CLI::App* command, Remote& remote) {
  command->add_option("--url", remote.url, "A running daemon: https://HOST:PORT, or http://…")
      ->envname("JOBLEDGER_URL")
      ->transform(without_last_slash);
  add_token_options(command, remote);
  command
      ->add_option("--ca", remote.ca, "Whom to trust for https://, as PEM; else the system's CAs")
      ->type_name("FILE")
      ->envname("JOBLEDGER_CA");
  command->add_option("--client-cert", remote.client_cert, "A certificate to show, as PEM")
      ->type_name("FILE")
      ->envname("JOBLEDGER_CLIENT_CERT");
  command->add_option("--client-key", remote.client_key, "Its key, as PEM")
      ->type_name("FILE")
      ->envname("JOBLEDGER_CLIENT_KEY");
}

bool is_complete(const Remote& remote) {
  return !remote.url.empty() && !remote.token.empty();
}

bool require_remote(const Remote& remote, std::ostream& err) {
  if (is_complete(remote)) return true;
  err << "which ledger? name a running daemon with --url and a token with --token-file (or "
         "JOBLEDGER_URL and JOBLEDGER_TOKEN)\n";
  return false;
}

}  // namespace jobledger::daemon::cli
