#include <malloc.h>
#include <sys/resource.h>

#include <CLI/App.hpp>
#include <memory>
#include <ostream>

#include "daemon/cli/commands.h"
#include "daemon/config/flags.h"
#include "daemon/daemon.h"
#include "daemon/logging.h"

namespace jobledger::daemon::cli {
namespace {

/// Connections and RocksDB's files need more descriptors than a login shell allows by default;
/// the hard limit is what the operator meant.
void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) log::warn("the limit of open files stays as it is");
}

/// Large bodies and answers go back to the system when they are freed. By default the allocator
/// would raise this bound with the first of them, and keep the holes that they leave.
void return_large_memory() {
  constexpr int kLarge = 1 << 20;
  mallopt(M_MMAP_THRESHOLD, kLarge);
}

int serve_with(const config::Flags& flags, Console console) {
  auto settled = config::settle(flags, config::process_environment(), console.out, console.err);
  if (const int* code = std::get_if<int>(&settled)) return *code;
  const config::Settings& settings = std::get<config::Loaded>(settled).settings;
  if (settings.data_dir.empty()) {
    console.err << "which ledger? name its directory with --data-dir DIR\n";
    return kWrongUsage;
  }
  log::configure(settings.log.level, settings.log.format);
  raise_file_limit();
  return_large_memory();
  return serve(settings, [&](const std::string& url) {
    console.out << "listening on " << url << std::endl;  // flushed: others wait for this line
  });
}

}  // namespace

void add_serve(CLI::App& app, Run& run, Console console) {
  CLI::App* command = app.add_subcommand("serve", "Run the daemon");
  auto flags = std::make_shared<config::Flags>();
  config::add_flags(*command, *flags);
  command->callback(
      [&run, flags, console] { run = [flags, console] { return serve_with(*flags, console); }; });
}

}  // namespace jobledger::daemon::cli
