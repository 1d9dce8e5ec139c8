#include <CLI/App.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <ostream>
#include <thread>

#include "daemon/cli/commands.h"
#include "daemon/cli/directory.h"
#include "daemon/cli/entry_line.h"
#include "daemon/cli/event_reader.h"
#include "daemon/cli/history_watch.h"
#include "daemon/cli/query_text.h"
#include "daemon/cli/remote.h"
#include "daemon/cli/verifier_keys.h"

namespace jobledger::daemon::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kFirstPause{1000};
constexpr milliseconds kLongestPause{30'000};
constexpr int kUntoldLooks = 3;             ///< in a row are worth a word
constexpr milliseconds kLookPause{10'000};  ///< between two looks at what the ledger signs

struct Options {
  Remote remote;
  std::string from;
  std::string type;
  std::string job;
  std::string batch;
  std::string actor;
  std::string checkpoint;
  std::vector<std::string> key_texts;
  std::vector<ledger::VerifierKey> keys;
  bool json = false;
};

volatile std::sig_atomic_t interrupted = 0;

/// Ctrl-C is how following ends, so it ends well.
void catch_interrupts() {
  interrupted = 0;
  struct sigaction action = {};
  action.sa_handler = [](int) { interrupted = 1; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

/// Follows the feed over any number of connections.
class Tail {
 public:
  Tail(const Options& options, Console console)
      : options_(options),
        console_(console),
        watch_(options.remote, options.checkpoint, options.keys) {}

  int run() {
    if (ledger::Status begun = watch_.begin(); !begun) return could_not(begun.error(), console_);
    catch_interrupts();
    while (true) {
      look();  // each time it comes back, the ledger may be another
      if (ended_) return *ended_;
      auto answer = follow(options_.remote, next_stream());
      if (is_over() && !options_.checkpoint.empty()) look();
      if (ended_) return *ended_;
      if (is_over()) return console_.out ? kDone : kCouldNot;
      std::string why = answer
                            ? (answer->status == 200 ? "the feed has ended" : error_text(*answer))
                            : answer.error().message;
      // What was refused at first would be refused again.
      bool comes_back = connected_ && (!answer || answer->status == 200 || answer->status == 429 ||
                                       answer->status >= 500);
      console_.err << why << (comes_back ? "; coming back" : "") << std::endl;
      bool asked_wrongly = answer && answer->status == 400;
      if (!comes_back) return asked_wrongly ? kWrongUsage : kCouldNot;
      wait();
      if (is_over()) return kDone;
    }
  }

 private:
  bool is_over() const { return interrupted != 0 || !console_.out; }

  void look() {
    next_look_ = steady_clock::now() + kLookPause;
    auto wrong = watch_.look();
    if (!wrong) {
      ended_ = could_not(wrong.error(), console_);
    } else if (!wrong->empty()) {
      console_.err << *wrong << std::endl;
      ended_ = kNo;
    } else if (watch_.untold() == kUntoldLooks) {
      console_.err << "the ledger has not proven for a while that it goes on from what it had "
                      "signed before"
                   << std::endl;
    }
  }

  bool looks_wrong() {
    if (steady_clock::now() >= next_look_) look();
    return ended_.has_value();
  }

  Stream next_stream() {
    reader_.restart();
    Stream stream;
    stream.path = "/ledger/v1/feed" + query_text({{"from", options_.from},
                                                  {"type", options_.type},
                                                  {"job", options_.job},
                                                  {"batch", options_.batch},
                                                  {"actor", options_.actor}});
    if (!reader_.last_id().empty()) stream.headers = {"Last-Event-ID: " + reader_.last_id()};
    stream.take = [this](std::string_view bytes) {
      connected_ = true;
      pause_ = milliseconds(0);
      reader_.feed(bytes, [this](const ServerEvent& event) { print(event); });
    };
    stream.is_over = [this] { return is_over() || looks_wrong(); };
    return stream;
  }

  void print(const ServerEvent& event) {
    if (options_.json) {
      console_.out << event.data << std::endl;
      return;
    }
    auto line = entry_line(event.data);
    if (line) {
      console_.out << *line << std::endl;
    } else {
      console_.err << "cannot read an event of type " << event.type << ": " << line.error().message
                   << std::endl;
    }
  }

  /// Longer each time, until something comes again.
  void wait() {
    constexpr milliseconds kStep{50};
    pause_ = pause_.count() == 0 ? reader_.retry().value_or(kFirstPause) : pause_ * 2;
    pause_ = std::clamp(pause_, kStep, kLongestPause);
    for (milliseconds left = pause_; left.count() > 0 && !is_over(); left -= kStep) {
      std::this_thread::sleep_for(kStep);
    }
  }

  const Options& options_;
  Console console_;
  HistoryWatch watch_;
  steady_clock::time_point next_look_;
  std::optional<int> ended_;  ///< with this exit code
  EventReader reader_;
  bool connected_ = false;
  milliseconds pause_{0};
};

}  // namespace

void add_tail(CLI::App& app, Run& run, Console console) {
  CLI::App* command = app.add_subcommand(
      "tail", "Follow the ledger: print each entry as it comes, until interrupted");
  auto options = std::make_shared<Options>();
  add_remote_options(command, options->remote);
  command->add_option("--from", options->from, "The first index; without it only new entries");
  command->add_option("--type", options->type, "Only commands of this type, such as CancelJobs");
  command->add_option("--job", options->job, "Only what is about this job");
  command->add_option("--batch", options->batch, "Only what is about this batch");
  command->add_option("--actor", options->actor, "Only what this actor did, by name or token id");
  command
      ->add_option("--checkpoint", options->checkpoint,
                   "A file that keeps the last signed checkpoint: what the ledger says must go on "
                   "from it, this time and the next")
      ->type_name("FILE");
  command->add_option("--key", options->key_texts,
                      "The verifier key that must have signed it; may be given more than once");
  command->add_flag("--json", options->json, "The entries themselves, one a line");
  command->callback([&run, options, console] {
    run = [options, console] {
      if (!require_remote(options->remote, console.err)) return kWrongUsage;
      auto keys = verifier_keys(options->key_texts, console);
      if (!keys) return kWrongUsage;
      options->keys = std::move(*keys);
      return Tail(*options, console).run();
    };
  });
}

}  // namespace jobledger::daemon::cli
