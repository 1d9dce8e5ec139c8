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

struct Options {
  Remote remote;
  std::string status;
  std::string from_date;
  std::string to_date;
  std::string cursor;
  std::string limit;
  std::string as_of;
  bool json = false;
};

std::string batches_table(const json::Value& answer) {
  Screen screen = Screen::of_output();
  using Kind = Table::Kind;
  Table table({{"BATCH"},
               {"STATUS"},
               {"FINISHED", Kind::number},
               {"ERROR", Kind::number},
               {"CREATED"},
               {"BY", Kind::text}});
  for (const json::Value& batch : items_of(answer, "items")) {
    auto stats = object_of(batch, "stats");
    auto count = [&](std::string_view name) {
      return stats ? text_of(*stats, name, "-") : std::string("-");
    };
    table.add({text_of(batch, "batchId"), screen.style.status(text_of(batch, "status")),
               count("finished") + '/' + count("total"), count("error"),
               screen.time(text_of(batch, "createdAt")), who(batch)});
  }
  if (table.empty()) return "no batch is like that\n";
  std::string next = text_of(answer, "next");
  return table.text(screen) + (next.empty() ? "" : "there is more: --cursor " + next + '\n');
}

int list(const Options& options, Console console) {
  std::string path = "/api/v2/batches" + query_text({{"status", options.status},
                                                     {"from_date", options.from_date},
                                                     {"to_date", options.to_date},
                                                     {"cursor", options.cursor},
                                                     {"limit", options.limit},
                                                     {"asOf", options.as_of}});
  return show(options.remote, {path}, options.json, console, batches_table);
}

}  // namespace

void add_batches(CLI::App& app, Run& run, Console console) {
  CLI::App* command = app.add_subcommand("batches", "List the batches of the team, newest first");
  auto options = std::make_shared<Options>();
  add_remote_options(command, options->remote);
  command->add_option("--status", options->status, "Only those that stand so")
      ->check(CLI::IsMember({"processing", "finished", "error"}));
  command->add_option("--from-date", options->from_date, "Created at or after, RFC 3339");
  command->add_option("--to-date", options->to_date, "Created at or before, RFC 3339");
  command->add_option("--cursor", options->cursor, "Where the page before this one ended");
  command->add_option("--limit", options->limit, "How many at most");
  command->add_option("--as-of", options->as_of,
                      "As they were at a version, or at an RFC 3339 time");
  command->add_flag("--json", options->json, "For programs");
  command->callback(
      [&run, options, console] { run = [options, console] { return list(*options, console); }; });
}

}  // namespace jobledger::daemon::cli
