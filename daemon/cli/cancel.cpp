#include <CLI/App.hpp>
#include <memory>
#include <ostream>

#include "daemon/cli/commands.h"
#include "daemon/cli/fields.h"
#include "daemon/cli/query_text.h"
#include "daemon/cli/remote.h"
#include "daemon/cli/show.h"
#include "daemon/cli/table.h"
#include "daemon/json/writer.h"

namespace jobledger::daemon::cli {
namespace {

struct Options {
  Remote remote;
  std::vector<std::string> jobs;
  std::string batch;
  std::string reason;
  std::string plan;
  bool dry_run = false;
  bool stop_running = false;
  bool json = false;
};

std::string body_of(const Options& options) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  if (options.jobs.size() > 1) {
    out.begin_array("jobs");
    for (const std::string& job : options.jobs) out.string(job);
    out.end_array();
  }
  if (!options.reason.empty()) out.field("reason", options.reason);
  out.end_object();
  return body;
}

Ask ask_of(const Options& options) {
  Ask ask;
  ask.method = options.jobs.size() == 1 ? "PATCH" : "POST";
  if (!options.batch.empty()) {
    ask.path = "/api/v2/batches/" + options.batch + "/cancel";
  } else if (options.jobs.size() == 1) {
    ask.path = "/api/v2/jobs/" + options.jobs[0] + "/cancel";
  } else {
    ask.path = "/api/v2/jobs/cancel";
  }
  ask.path += query_text(
      {{"dryRun", options.dry_run ? "true" : ""}, {"running", options.stop_running ? "stop" : ""}});
  ask.body = body_of(options);
  if (!options.plan.empty()) ask.headers = {"If-Match: \"" + options.plan + '"'};
  return ask;
}

/// The cancelled jobs of an answer: an array of them, or the member of a batch's.
std::string cancelled_table(const json::Value& answer) {
  std::vector<json::Value> jobs;
  if (answer.is_array()) {
    for (const json::Value& job : answer.elements()) jobs.push_back(job);
  } else {
    jobs = items_of(answer, "cancelledJobs");
  }
  Screen screen = Screen::of_output();
  Table table({{"JOB"}, {"STATUS"}});
  for (const json::Value& job : jobs) {
    table.add({text_of(job, "id"), screen.style.status(text_of(job, "status"))});
  }
  return table.text(screen) + std::to_string(jobs.size()) + " cancelled\n";
}

std::string plan_table(const json::Value& plan) {
  Screen screen = Screen::of_output();
  Table table({{"JOB"}, {"STATUS"}, {"WOULD BE"}, {"CAUSE"}, {"VIA", Table::Kind::text}});
  std::string counts;
  for (auto [name, fate] :
       {std::pair{"cancelled", "cancelled"}, {"stopping", "asked to stop"}, {"skipped", "left"}}) {
    std::vector<json::Value> jobs = items_of(plan, name);
    for (const json::Value& job : jobs) {
      table.add({text_of(job, "id"), screen.style.status(text_of(job, "status")), fate,
                 text_of(job, "cause", "-"), text_of(job, "via", "-")});
    }
    counts += (counts.empty() ? "" : ", ") + std::to_string(jobs.size()) + ' ' + fate;
  }
  return table.text(screen) + "nothing was done: " + counts + "; to apply it: --plan " +
         text_of(plan, "version") + '\n';
}

/// What is wrong with the words; empty if nothing is.
std::string misuse(const Options& options) {
  if (options.jobs.empty() == options.batch.empty()) {
    return "cancel what? name jobs by their ids, or one batch with --batch";
  }
  for (const std::string& job : options.jobs) {
    if (std::string wrong = not_an_id(job); !wrong.empty()) return wrong;
  }
  return options.batch.empty() ? "" : not_an_id(options.batch);
}

int cancel(const Options& options, Console console) {
  if (std::string wrong = misuse(options); !wrong.empty()) {
    console.err << wrong << '\n';
    return kWrongUsage;
  }
  if (options.dry_run) {
    return show(options.remote, ask_of(options), options.json, console, plan_table);
  }
  return show(options.remote, ask_of(options), options.json, console,
              [&](const json::Value& answer) {
                std::string text = cancelled_table(answer);
                if (options.stop_running) text += "those that were rendering are asked to stop\n";
                return text;
              });
}

}  // namespace

void add_cancel(CLI::App& app, Run& run, Console console) {
  CLI::App* command =
      app.add_subcommand("cancel", "Cancel jobs, or a batch, with all that waits on them");
  auto options = std::make_shared<Options>();
  add_remote_options(command, options->remote);
  command->add_option("jobs", options->jobs, "Ids of jobs: all of them or none");
  command->add_option("--batch", options->batch, "The id of a batch, instead");
  command->add_option("--reason", options->reason, "Why, for the audit");
  command->add_flag("--dry-run", options->dry_run, "Only say what would be done");
  command->add_option("--plan", options->plan,
                      "Only if it does what --dry-run said at this version");
  command->add_flag("--stop-running", options->stop_running,
                    "Ask the workers of rendering jobs to stop");
  command->add_flag("--json", options->json, "For programs");
  command->callback(
      [&run, options, console] { run = [options, console] { return cancel(*options, console); }; });
}

}  // namespace jobledger::daemon::cli
