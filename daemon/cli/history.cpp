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

/// The names of most events are no longer, and worth more than the other texts.
constexpr std::size_t kUsualWhat = std::string_view("JobCancelled").size();

struct Options {
  Remote remote;
  std::string job;
  std::string from;
  std::string limit;
  std::string as_of;
  bool json = false;
};

std::vector<std::string> row_of(const json::Value& item, const Screen& screen) {
  auto event = item.find("event");
  auto refusal = item.find("refusal");
  bool refused = refusal && refusal->is_object();
  std::string what = refused ? text_of(item, "type") + " refused: " + text_of(*refusal, "code")
                     : event ? text_of(*event, "type")
                             : "";
  std::string after = text_of(item, "after");
  std::string cause = text_of(item, "cause");
  std::string via = text_of(item, "via");
  if (!via.empty()) cause += (cause.empty() ? "of " : " of ") + via;
  return {"#" + text_of(item, "index"),
          screen.time(text_of(item, "time")),
          what,
          after.empty() ? "-" : screen.style.status(after),
          who(item),
          cause.empty() ? "-" : cause,
          text_of(item, "reason", "-")};
}

std::string history_table(const json::Value& answer) {
  Screen screen = Screen::of_output();
  using Kind = Table::Kind;
  Table table({{"ENTRY"},
               {"TIME"},
               {"WHAT", Kind::text, kUsualWhat},
               {"STATUS"},
               {"BY", Kind::text},
               {"CAUSE", Kind::text},
               {"REASON", Kind::text}});
  for (const json::Value& item : items_of(answer, "items")) table.add(row_of(item, screen));
  std::string next = text_of(answer, "next");
  return table.text(screen) + (next.empty() ? "" : "there is more: --from " + next + '\n');
}

int history(const Options& options, Console console) {
  std::string path =
      "/ledger/v1/jobs/" + options.job + "/history" +
      query_text({{"from", options.from}, {"limit", options.limit}, {"asOf", options.as_of}});
  return show(options.remote, {path}, options.json, console, history_table);
}

}  // namespace

void add_history(CLI::App& app, Run& run, Console console) {
  CLI::App* command = app.add_subcommand("history", "List all that ever happened to a job");
  auto options = std::make_shared<Options>();
  add_remote_options(command, options->remote);
  command->add_option("job", options->job, "The job's id")->required()->check(not_an_id);
  command->add_option("--from", options->from, "The first entry wanted");
  command->add_option("--limit", options->limit, "How many entries at most");
  command->add_option("--as-of", options->as_of, "As it was at a version, or at an RFC 3339 time");
  command->add_flag("--json", options->json, "For programs");
  command->callback([&run, options, console] {
    run = [options, console] { return history(*options, console); };
  });
}

}  // namespace jobledger::daemon::cli
