#include "bench/child.h"
#include "bench/daemon_process.h"
#include "bench/data_dir.h"
#include "bench/fill.h"
#include "bench/parts.h"
#include "bench/samples.h"

namespace jobledger::bench {
namespace {

constexpr int kRuns = 3;

void fill(const Plan& plan, const std::string& data_dir) {
  Caller caller;
  DaemonProcess daemon(plan.program, data_dir, caller);
  fill_singly(daemon, caller, plan.jobs);
  daemon.stop();
}

}  // namespace

void run_verify(const Plan& plan, Report& report) {
  DataDir data(plan.directory);
  fill(plan, data.path());
  const double entries = static_cast<double>(plan.jobs / 2 * 2 + 1);  // the token came first
  auto measure = [&](const std::string& name, std::vector<std::string> arguments) {
    std::vector<std::string> words = {plan.program, "verify", "--data-dir", data.path()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<double> seconds;
    for (int i = 0; i < kRuns; ++i) {
      auto begun = Clock::now();
      output_of(words, data.path() + ".log");
      seconds.push_back(seconds_since(begun));
    }
    report.add("verify, of entries about one job each, files in the page cache",
               {name,
                {{"entries", entries},
                 {"seconds", median(seconds)},
                 {"entries a second", entries / median(seconds)}}});
  };
  measure("hashes and tree", {"--only-hashes"});
  measure("all: payloads, a refold, and each cascade decided again, too", {});
}

}  // namespace jobledger::bench
