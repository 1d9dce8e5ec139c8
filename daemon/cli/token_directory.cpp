#include "daemon/cli/as_operator.h"
#include "daemon/cli/token_store.h"
#include "daemon/logging.h"
#include "daemon/parse/token.h"
#include "daemon/render/token.h"
#include "daemon/startup.h"
#include "daemon/token_text.h"

namespace jobledger::daemon::cli {
namespace {

using ledger::Failure;
using ledger::Result;

/// A ledger whose daemon does not run: commands go straight through the writer.
class TokenDirectory final : public TokenStore {
 public:
  explicit TokenDirectory(Started started) : started_(std::move(started)) {}

  Result<std::string> create(const TokenOptions& options) override {
    auto parsed = parse::parse_token(token_body(options), clock_.now());
    if (!parsed.ok()) {
      return Failure{parsed.problems.front().field + ' ' + parsed.problems.front().message};
    }
    std::string token = make_token();
    parsed.value.hash = hash_of_token(token);
    auto receipt = commit_as_operator(started_, parsed.value.team, parsed.value);
    if (!receipt) return receipt.error();
    return token + '\n';
  }

  Result<std::string> list(bool json) override {
    std::string text = render::tokens(*started_.state, started_.state->version());
    if (json) return text + '\n';
    return token_table(text);
  }

  Result<std::string> revoke(const std::string& id) override {
    auto token = ledger::Ulid::parse(id);
    const projections::TokenRow* row = token ? started_.state->tokens().find(*token) : nullptr;
    if (!row) return Failure{"no token " + id + "; see the list of tokens"};
    auto receipt = commit_as_operator(started_, row->detail.team, ledger::RevokeToken{*token});
    if (!receipt) return receipt.error();
    return receipt->recorded ? "revoked " + id + '\n' : id + " was revoked before\n";
  }

 private:
  Started started_;
  ledger::SystemClock clock_;
};

}  // namespace

Result<std::unique_ptr<TokenStore>> open_token_directory(const std::string& data_dir) {
  log::configure(log::Level::warn, log::Format::text);  // how the ledger opens is no news here
  auto started = start(data_dir);
  if (!started) return started.error();
  return std::unique_ptr<TokenStore>(new TokenDirectory(std::move(*started)));
}

}  // namespace jobledger::daemon::cli
