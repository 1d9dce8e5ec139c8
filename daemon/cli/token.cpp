#include <CLI/App.hpp>
#include <memory>
#include <ostream>

#include "daemon/cli/commands.h"
#include "daemon/cli/remote.h"
#include "daemon/cli/token_store.h"

namespace jobledger::daemon::cli {
namespace {

using Parsed = std::shared_ptr<TokenOptions>;

void add_place(CLI::App& command, TokenOptions& options) {
  command
      .add_option("--data-dir", options.data_dir, "The ledger's directory; its daemon must not run")
      ->type_name("DIR");
  add_remote_options(&command, options.remote);
  command.get_option("--token")->description(
      "A token with the scope admin, for --url; everybody on this machine can see it among the "
      "processes, unlike the other ways");
}

/// The store that the options name: the directory if it is given, else the daemon.
ledger::Result<std::unique_ptr<TokenStore>> open(const TokenOptions& options) {
  if (!options.data_dir.empty()) return open_token_directory(options.data_dir);
  if (is_complete(options.remote)) return open_token_daemon(options.remote);
  return ledger::Failure{
      "which ledger? name its directory with --data-dir, or a running daemon with --url and "
      "--token-file (or JOBLEDGER_URL and JOBLEDGER_TOKEN)"};
}

int with_store(const TokenOptions& options, Console console,
               const std::function<ledger::Result<std::string>(TokenStore&)>& work) {
  bool named = !options.data_dir.empty() || !options.remote.url.empty();
  auto store = open(options);
  if (!store) {
    console.err << store.error().message << '\n';
    return named ? kCouldNot : kWrongUsage;
  }
  auto text = work(**store);
  if (!text) {
    console.err << text.error().message << '\n';
    return kCouldNot;
  }
  console.out << *text;
  return kDone;
}

void add_create(CLI::App& token, Run& run, Console console) {
  CLI::App* command = token.add_subcommand("create", "Issue a token and print it, once");
  auto options = std::make_shared<TokenOptions>();
  add_place(*command, *options);
  command->add_option("--team", options->team, "Whose jobs it sees")->required();
  command->add_option("--name", options->name, "Who uses it, for the audit")->required();
  command->add_option("--scope", options->scopes,
                      "jobs:read,jobs:write,jobs:cancel,worker,audit:read,audit:all,admin; without "
                      "it all but audit:all and admin");
  command
      ->add_option("--confirm-above", options->confirm_above,
                   "Jobs that one cancel may take before its plan is to be confirmed; 0: any")
      ->check(CLI::Range(0, 1'000'000));
  command->add_option("--expires", options->expires, "RFC 3339, such as 2030-01-01T00:00:00Z");
  command->callback([&run, options, console] {
    run = [options, console] {
      return with_store(*options, console,
                        [&](TokenStore& store) { return store.create(*options); });
    };
  });
}

void add_list(CLI::App& token, Run& run, Console console) {
  CLI::App* command = token.add_subcommand("list", "List the tokens issued");
  auto options = std::make_shared<TokenOptions>();
  add_place(*command, *options);
  command->add_flag("--json", options->json, "For programs");
  command->callback([&run, options, console] {
    run = [options, console] {
      return with_store(*options, console,
                        [&](TokenStore& store) { return store.list(options->json); });
    };
  });
}

void add_revoke(CLI::App& token, Run& run, Console console) {
  CLI::App* command = token.add_subcommand("revoke", "Revoke a token by its id");
  auto options = std::make_shared<TokenOptions>();
  add_place(*command, *options);
  command->add_option("id", options->id, "The token's id, as `token list` shows it")->required();
  command->callback([&run, options, console] {
    run = [options, console] {
      return with_store(*options, console,
                        [&](TokenStore& store) { return store.revoke(options->id); });
    };
  });
}

}  // namespace

void add_token(CLI::App& app, Run& run, Console console) {
  CLI::App* token = app.add_subcommand("token", "Issue, list and revoke tokens");
  token->require_subcommand(1);
  add_create(*token, run, console);
  add_list(*token, run, console);
  add_revoke(*token, run, console);
}

}  // namespace jobledger::daemon::cli
