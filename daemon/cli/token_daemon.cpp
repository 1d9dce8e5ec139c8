#include "daemon/cli/token_store.h"
#include "daemon/json/document.h"
#include "daemon/json/writer.h"
#include "ledger/ids.h"

namespace jobledger::daemon::cli {
namespace {

using ledger::Failure;
using ledger::Result;

/// A running daemon, asked with an admin token.
class TokenDaemon final : public TokenStore {
 public:
  explicit TokenDaemon(Remote remote) : remote_(std::move(remote)) {}

  Result<std::string> create(const TokenOptions& options) override {
    auto body = ask("POST", "/ledger/v1/tokens", token_body(options));
    if (!body) return body;
    auto document = json::Document::parse(*body);
    if (!document) return document.error();
    auto token = document->root().find("token");
    if (!token || !token->is_string()) return Failure{"the answer holds no token"};
    return std::string(token->string()) + '\n';
  }

  Result<std::string> list(bool json) override {
    auto body = ask("GET", "/ledger/v1/tokens", "");
    if (!body) return body;
    if (json) return *body + '\n';
    return token_table(*body);
  }

  Result<std::string> revoke(const std::string& id) override {
    if (!ledger::Ulid::well_formed(id)) return Failure{id + " is no id of a token"};
    auto body = ask("DELETE", "/ledger/v1/tokens/" + id, "");
    if (!body) return body;
    return "revoked " + id + '\n';
  }

 private:
  Result<std::string> ask(std::string_view method, const std::string& path,
                          const std::string& body) {
    auto answer = call(remote_, method, path, body);
    if (!answer) return answer.error();
    if (answer->status >= 300) return Failure{error_text(*answer)};
    return std::move(answer->body);
  }

  const Remote remote_;
};

}  // namespace

Result<std::unique_ptr<TokenStore>> open_token_daemon(const Remote& remote) {
  return std::unique_ptr<TokenStore>(new TokenDaemon(remote));
}

std::string token_body(const TokenOptions& options) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("team", options.team);
  out.field("name", options.name);
  if (!options.scopes.empty()) out.field("scopes", options.scopes);
  if (!options.expires.empty()) out.field("expires", options.expires);
  if (options.confirm_above > 0) out.field("confirmAbove", options.confirm_above);
  out.end_object();
  return body;
}

}  // namespace jobledger::daemon::cli
