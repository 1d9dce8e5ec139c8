#pragma once

#include <memory>
#include <string>

#include "daemon/cli/http_client.h"
#include "ledger/result.h"

namespace jobledger::daemon::cli {

struct TokenOptions {
  std::string data_dir;
  Remote remote;
  bool json = false;
  std::string team;
  std::string name;
  std::string scopes;
  std::string expires;
  std::uint32_t confirm_above = 0;
  std::string id;
};

/// Where tokens are kept: a data directory, or the daemon that has it. Each call gives what is to
/// be printed.
class TokenStore {
 public:
  virtual ~TokenStore() = default;
  virtual ledger::Result<std::string> create(const TokenOptions& options) = 0;
  virtual ledger::Result<std::string> list(bool json) = 0;
  virtual ledger::Result<std::string> revoke(const std::string& id) = 0;
};

ledger::Result<std::unique_ptr<TokenStore>> open_token_directory(const std::string& data_dir);
ledger::Result<std::unique_ptr<TokenStore>> open_token_daemon(const Remote& remote);

/// The body of POST /ledger/v1/tokens.
std::string token_body(const TokenOptions& options);

/// A list of tokens (`{"items": […]}`, as the daemon answers) as a table for a terminal.
ledger::Result<std::string> token_table(const std::string& json);

}  // namespace jobledger::daemon::cli
