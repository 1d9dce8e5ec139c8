#include <CLI/App.hpp>
#include <memory>
#include <ostream>

#include "daemon/cli/commands.h"
#include "daemon/cli/fields.h"
#include "daemon/cli/job_text.h"
#include "daemon/cli/query_text.h"
#include "daemon/cli/remote.h"
#include "daemon/cli/show.h"
#include "daemon/json/document.h"
#include "ledger/status.h"

namespace jobledger::daemon::cli {
namespace {

constexpr std::size_t kUsualLimit = 100;  // of the daemon, if none is asked for
constexpr std::size_t kLargestLimit = 1000;

struct Options {
  Remote remote;
  std::vector<std::string> states;
  std::vector<std::string> exclude_states;
  std::vector<std::string> tags;
  std::string from_date;
  std::string to_date;
  std::string sort;
  std::size_t from = 0;
  std::size_t limit = 0;  ///< 0: the usual
  std::string as_of;
  bool minimal = false;
  bool all = false;
  bool ids = false;
  bool json = false;
};

std::string csv(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : ",") + text;
  return joined;
}

/// Asks for pages until there is enough, and prints each as it comes.
class List {
 public:
  List(const Options& options, Console console)
      : options_(options),
        console_(console),
        screen_(Screen::of_output()),
        limit_(options.limit > 0 ? options.limit
               : options.all     ? kLargestLimit
                                 : kUsualLimit),
        from_(options.from),
        as_of_(options.as_of) {}

  int print() {
    int exit_code = kDone;
    while (auto answer = ask_daemon(options_.remote, {path()}, console_, exit_code)) {
      auto jobs = json::Document::parse(answer->body);
      if (!jobs || !jobs->root().is_array()) {
        console_.err << "the answer is no list of jobs\n";
        return kCouldNot;
      }
      std::size_t count = jobs->root().elements().count();
      print_page(answer->body, jobs->root(), count);
      from_ += count;
      bool full = count >= limit_;
      if (full && options_.all) {
        // The later pages are of the state that the first was of, whatever comes meanwhile.
        if (as_of_.empty()) as_of_ = header_of(*answer, "Ledger-Version");
        continue;
      }
      print_end(full);
      return kDone;
    }
    return exit_code;
  }

 private:
  std::string path() const {
    bool says_limit = options_.limit > 0 || options_.all;
    return "/api/v2/jobs" + query_text({{"states", csv(options_.states)},
                                        {"exclude_states", csv(options_.exclude_states)},
                                        {"tags", csv(options_.tags)},
                                        {"from_date", options_.from_date},
                                        {"to_date", options_.to_date},
                                        {"sort", options_.sort},
                                        {"minimal", options_.minimal ? "true" : ""},
                                        {"from", from_ > 0 ? std::to_string(from_) : ""},
                                        {"limit", says_limit ? std::to_string(limit_) : ""},
                                        {"asOf", as_of_}});
  }

  void print_page(const std::string& body, const json::Value& jobs, std::size_t count) {
    bool first = printed_ == 0;
    printed_ += count;
    if (options_.json) {
      // The elements as they are, without the brackets of this page.
      std::size_t begin = body.find('[') + 1;
      console_.out << (first       ? "["
                       : count > 0 ? ","
                                   : "")
                   << std::string_view(body).substr(begin, body.rfind(']') - begin);
    } else if (options_.ids) {
      for (json::Value job : jobs.elements()) console_.out << text_of(job, "id") << '\n';
    } else if (count > 0) {
      Table table = jobs_table(screen_, options_.all);
      add_jobs(table, jobs, screen_);
      console_.out << (first ? table.text(screen_) : table.body(screen_));
    }
  }

  void print_end(bool full) {
    if (options_.json) {
      console_.out << "]\n";
    } else if (!options_.ids && printed_ == 0) {
      console_.out << "no job is like that\n";
    } else if (!options_.ids && full) {
      console_.out << "there may be more: --from " << from_ << ", or --all\n";
    }
  }

  const Options& options_;
  Console console_;
  const Screen screen_;
  const std::size_t limit_;
  std::size_t from_;
  std::string as_of_;
  std::size_t printed_ = 0;
};

CLI::IsMember a_status() {
  std::vector<std::string> names;
  for (std::uint8_t i = 1; i < ledger::kStatusCount; ++i) {
    names.emplace_back(name_of(static_cast<ledger::JobStatus>(i)));
  }
  return CLI::IsMember(names);
}

void add_filters(CLI::App* command, Options& options) {
  auto list = [&](const char* flag, std::vector<std::string>& texts, const char* help) {
    return command->add_option(flag, texts, help)->delimiter(',')->allow_extra_args(false);
  };
  list("--states", options.states, "Only these statuses, with commas between")->check(a_status());
  list("--exclude-states", options.exclude_states, "All but these statuses")->check(a_status());
  list("--tags", options.tags, "With any of these tags");
  command->add_option("--from-date", options.from_date, "Created at or after, RFC 3339");
  command->add_option("--to-date", options.to_date, "Created at or before, RFC 3339");
  command->add_option("--sort", options.sort, "In which order; without it the oldest first")
      ->check(CLI::IsMember({"oldest_first", "newest_first", "priority", "random"}));
}

}  // namespace

void add_jobs(CLI::App& app, Run& run, Console console) {
  CLI::App* command = app.add_subcommand("jobs", "List the jobs of the team");
  auto options = std::make_shared<Options>();
  add_remote_options(command, options->remote);
  add_filters(command, *options);
  command->add_option("--from", options->from, "How many to pass over")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--limit", options->limit, "How many at most; with --all: in each request")
      ->check(CLI::Range(std::size_t{1}, kLargestLimit));
  command->add_flag("--all", options->all, "Every page, all of one version");
  command->add_option("--as-of", options->as_of,
                      "As they were at a version, or at an RFC 3339 time");
  command->add_flag("--minimal", options->minimal, "Without all but the first of their times");
  command->add_flag("--ids", options->ids, "Their ids alone, one a line");
  command->add_flag("--json", options->json, "For programs: one array")->excludes("--ids");
  command->callback([&run, options, console] {
    run = [options, console] { return List(*options, console).print(); };
  });
}

}  // namespace jobledger::daemon::cli
