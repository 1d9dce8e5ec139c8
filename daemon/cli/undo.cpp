#include <CLI/App.hpp>
#include <memory>

#include "daemon/cli/commands.h"
#include "daemon/cli/fields.h"
#include "daemon/cli/remote.h"
#include "daemon/cli/show.h"
#include "daemon/cli/table.h"
#include "daemon/json/writer.h"

namespace jobledger::daemon::cli {
namespace {

struct Options {
  Remote remote;
  std::string index;
  std::string reason;
  bool json = false;
};

std::string body_of(const Options& options) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  if (!options.reason.empty()) out.field("reason", options.reason);
  out.end_object();
  return body;
}

std::string undone_table(const json::Value& undone) {
  Screen screen = Screen::of_output();
  Table table({{"JOB"}, {"STATUS"}, {"WHAT"}});
  for (auto [name, what] : {std::pair{"reinstated", "reinstated"},
                            {"stopsWithdrawn", "goes on rendering"},
                            {"cancelled", "cancelled again"},
                            {"stopping", "asked to stop again"}}) {
    for (const json::Value& job : items_of(undone, name)) {
      table.add({text_of(job, "id"), screen.style.status(text_of(job, "status")), what});
    }
  }
  return table.text(screen) + "entry " + text_of(undone, "index") + " undoes entry " +
         text_of(undone, "undoes") + '\n';
}

}  // namespace

void add_undo(CLI::App& app, Run& run, Console console) {
  CLI::App* command =
      app.add_subcommand("undo", "Take a cancellation back, or the undo of one, as a whole");
  auto options = std::make_shared<Options>();
  add_remote_options(command, options->remote);
  command->add_option("index", options->index, "Its entry, as `jobledger audit` shows it")
      ->required()
      ->check([](const std::string& text) {
        bool digits = text.size() <= 19 && text.find_first_not_of("0123456789") == text.npos;
        return digits && !text.empty() ? "" : "must be the index of an entry";
      });
  command->add_option("--reason", options->reason, "Why, for the audit");
  command->add_flag("--json", options->json, "For programs");
  command->callback([&run, options, console] {
    run = [options, console] {
      std::string path = "/ledger/v1/cancellations/" + options->index + "/undo";
      return show(options->remote, {path, "POST", body_of(*options)}, options->json, console,
                  undone_table);
    };
  });
}

}  // namespace jobledger::daemon::cli
