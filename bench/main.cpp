#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <exception>
#include <iostream>

#include "bench/parts.h"

namespace {

using namespace jobledger::bench;

struct Part {
  const char* name;
  void (*run)(const Plan&, Report&);
  bool each_round;
};
// Those that measure a state, and repeat what is noisy in it by themselves.
// The last is the load that the peers get, too (bench/peers), and not part of all.
constexpr Part kParts[] = {
    {"limits", run_limits, true},     {"tree", run_tree, true},      {"http", run_http, true},
    {"reads", run_reads, true},       {"feed", run_feed, true},      {"bulk", run_bulk, true},
    {"cascade", run_cascade, true},   {"growth", run_growth, false}, {"size", run_size, false},
    {"as-of", run_as_of, false},      {"verify", run_verify, false}, {"refold", run_refold, false},
    {"overload", run_overload, true}, {"peers", run_peers, true}};

std::string names_of_parts() {
  std::string names;
  for (const Part& part : kParts) names += (names.empty() ? "" : ", ") + std::string(part.name);
  return names;
}

bool is_part(const std::string& name) {
  return std::any_of(std::begin(kParts), std::end(kParts),
                     [&](const Part& part) { return name == part.name; });
}

void run(const Plan& plan, int rounds, const std::vector<std::string>& wanted, Report& report) {
  for (int round = 1; round <= rounds; ++round) {
    report.begin_round(round);
    for (const Part& part : kParts) {
      bool is_wanted = (wanted.empty() && part.run != run_peers) ||
                       std::find(wanted.begin(), wanted.end(), part.name) != wanted.end();
      if (!is_wanted || (round > 1 && !part.each_round)) continue;
      std::cerr << "round " << round << " of " << rounds << ": " << part.name << std::endl;
      part.run(plan, report);
    }
  }
  report.finish();
}

}  // namespace

int main(int count, char** words) {
  CLI::App app(
      "Measures a Job Ledger daemon, which it starts and stops, beside the limits of the "
      "machine. scripts/bench calls it.");
  Plan plan;
  int rounds = 3;
  bool json = false;
  std::vector<std::string> wanted;
  app.add_option("--program", plan.program, "the daemon's program")->required();
  app.add_option("--directory", plan.directory, "where to make data directories")->required();
  app.add_option("--rounds", rounds, "rounds, of which the medians are shown")
      ->check(CLI::Range(1, 99));
  app.add_option("--seconds", plan.seconds, "the time of one load")->check(CLI::Range(0.1, 600.0));
  app.add_option("--connections", plan.connections,
                 "of the parts on HTTP, where one is measured, too, and peers (16,64,256)")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->check(CLI::Range(1, 10'000));
  app.add_option("--jobs", plan.jobs,
                 "jobs of reads, growth, size and as-of, entries of verify and refold")
      ->check(CLI::Range(1000, 100'000'000));
  app.add_option("--seed", plan.seed, "of the order in which jobs are cancelled");
  app.add_flag("--quick", plan.quick, "less of everything: to see that it works");
  app.add_flag("--json", json, "JSON lines on stdout, one a row and round, and tables on stderr");
  app.add_option("parts", wanted, names_of_parts() + " (all but peers)")
      ->check([](const std::string& name) {
        return is_part(name) ? "" : "no part " + name + "; there are " + names_of_parts();
      });
  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    Report report(json ? std::cerr : std::cout, json ? &std::cout : nullptr);
    std::cerr << "seed " << plan.seed << std::endl;
    run(plan, rounds, wanted, report);
  } catch (const std::exception& error) {
    std::cerr << "the benchmark failed: " << error.what() << std::endl;
    return 3;
  }
  return 0;
}
