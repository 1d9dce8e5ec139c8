#include <CLI/App.hpp>
#include <memory>

#include "daemon/cli/commands.h"
#include "daemon/cli/fields.h"
#include "daemon/cli/query_text.h"
#include "daemon/cli/remote.h"
#include "daemon/cli/show.h"
#include "daemon/cli/table.h"

namespace jobledger::daemon::cli {
namespace {

/// A filter of the list: its flag, its parameter, and what it is for.
struct Filter {
  const char* flag;
  const char* parameter;
  const char* help;
};
constexpr Filter kFilters[] = {
    {"--actor", "actor", "By whom: the name or the id of a token"},
    {"--on-behalf-of", "onBehalfOf", "For whom"},
    {"--from", "from", "The first: an index or an RFC 3339 time"},
    {"--to", "to", "The last, inclusive: an index or an RFC 3339 time"},
    {"--reason", "reason", "Words that the reason's words begin with"},
    {"--job", "job", "About this job"},
    {"--batch", "batch", "About this batch"},
    {"--outcome", "outcome", "With this outcome"},
    {"--type", "type", "The command, such as CancelBatch"},
    {"--cursor", "cursor", "Only what is below this index"},
    {"--limit", "limit", "How many at most"},
    {"--as-of", "asOf", "As it was at a version, or at an RFC 3339 time"},
};

struct Options {
  Remote remote;
  std::vector<std::pair<std::string, std::string>> parameters;
  bool json = false;
};

std::string outcome_of(const json::Value& row) {
  std::string undone = text_of(row, "undoneBy");
  if (!undone.empty()) return "undone by #" + undone;
  auto refusal = row.find("refusal");
  if (refusal && refusal->is_object()) return "refused: " + text_of(*refusal, "code");
  return text_of(row, "outcome");
}

/// How many jobs it did what to: `3 cancelled, 1 skipped`.
std::string effect_of(const json::Value& row) {
  std::string text;
  for (const char* name :
       {"cancelled", "stopping", "failed", "reinstated", "withdrawn", "skipped"}) {
    std::int64_t count = number_of(row, name);
    if (count == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(count) + ' ' + name;
  }
  return text.empty() ? "-" : text;
}

std::vector<std::string> row_of(const json::Value& row, const Screen& screen) {
  std::string cause = text_of(row, "cause");
  return {"#" + text_of(row, "index"),
          screen.time(text_of(row, "time")),
          text_of(row, "type") + (cause.empty() ? "" : " (" + cause + ")"),
          who(row),
          outcome_of(row),
          effect_of(row),
          text_of(row, "reason", "-")};
}

std::string audit_table(const json::Value& answer) {
  Screen screen = Screen::of_output();
  using Kind = Table::Kind;
  Table table({{"ENTRY"},
               {"TIME"},
               {"WHAT", Kind::text},
               {"BY", Kind::text},
               {"OUTCOME", Kind::text},
               {"JOBS", Kind::text},
               {"REASON", Kind::text}});
  for (const json::Value& item : items_of(answer, "items")) table.add(row_of(item, screen));
  std::string next = text_of(answer, "next");
  return table.text(screen) + (next.empty() ? "" : "there is more: --cursor " + next + '\n');
}

}  // namespace

void add_audit(CLI::App& app, Run& run, Console console) {
  CLI::App* command =
      app.add_subcommand("audit", "List who cancelled what, when and why, newest first");
  auto options = std::make_shared<Options>();
  add_remote_options(command, options->remote);
  options->parameters.reserve(std::size(kFilters));  // options keep the addresses
  for (const Filter& filter : kFilters) {
    auto& parameter = options->parameters.emplace_back(filter.parameter, "");
    CLI::Option* option = command->add_option(filter.flag, parameter.second, filter.help);
    if (parameter.first == "outcome") {
      option->check(CLI::IsMember({"accepted", "refused", "undone"}));
    }
  }
  command->add_flag("--json", options->json, "For programs");
  command->callback([&run, options, console] {
    run = [options, console] {
      std::string path = "/ledger/v1/cancellations" + query_text(options->parameters);
      return show(options->remote, {path}, options->json, console, audit_table);
    };
  });
}

}  // namespace jobledger::daemon::cli
