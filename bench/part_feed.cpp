#include <optional>

#include "bench/data_dir.h"
#include "bench/fill.h"
#include "bench/followers.h"
#include "bench/parts.h"

namespace jobledger::bench {
namespace {

constexpr std::size_t kConnections = 16;
constexpr std::uint64_t kLog = 20'000;

/// Creates of jobs of one entry each, which notes when the answer about each entry was there.
class TimedCreates final : public Work {
 public:
  TimedCreates(const Caller& caller, std::uint64_t first)
      : creates_(caller, "/api/v2/jobs", single_job()), first_(first) {}

  bool next(std::size_t connection, std::string& request) override {
    return creates_.next(connection, request);
  }
  std::string check(std::size_t connection, const Answer& answer) override {
    const Clock::time_point now = Clock::now();
    std::uint64_t version = std::stoull(std::string(header_of(answer.head, "Ledger-Version")));
    std::uint64_t place = version - 1 - first_;
    if (place >= answered_.size()) answered_.resize(place + 1);
    answered_[place] = now;
    return creates_.check(connection, answer);
  }

  /// From the answer to each of the arrivals; below 0 where a follower had it first.
  std::vector<double> millis_to(const Followed& followed) const {
    std::vector<double> millis;
    for (const auto& [index, time] : followed.arrivals) {
      millis.push_back(
          std::chrono::duration<double, std::milli>(time - answered_[index - first_]).count());
    }
    return millis;
  }

 private:
  Creates creates_;
  const std::uint64_t first_;
  std::vector<Clock::time_point> answered_;  ///< by place after the first
};

/// One ledger that is followed.
class FeedRound {
 public:
  FeedRound(const Plan& plan, Report& report, const DaemonProcess& daemon, const Caller& caller)
      : plan_(plan), report_(report), daemon_(daemon), caller_(caller) {
    Creates creates(caller, "/api/v2/jobs", single_job());
    do_all(daemon, 64, creates, kLog);
    head_ += kLog;
  }

  /// All that is there already.
  void catch_up(std::size_t count) {
    auto begun = Clock::now();
    Followers followers(daemon_.port(), caller_, count, 0);
    Followed followed = followers.finish(head_);
    double seconds = std::chrono::duration<double>(followed.last - begun).count();
    report_.add("followers that read a log from its first entry to its head",
                {"all at the same time",
                 {{"followers", static_cast<double>(count)},
                  {"entries", static_cast<double>(head_)},
                  {"seconds", seconds},
                  {"entries a second in all", static_cast<double>(followed.entries) / seconds},
                  {"MiB a second in all", static_cast<double>(followed.bytes >> 20) / seconds}}});
  }

  /// What comes meanwhile.
  void live(std::size_t count) {
    TimedCreates creates(caller_, head_);
    std::optional<Followers> followers;
    if (count > 0) {
      followers.emplace(daemon_.port(), caller_, count, head_);
      followers->wait_for_greetings();
    }
    auto begun = Clock::now();
    Measured created = run_load(daemon_.port(), kConnections, creates, {.seconds = plan_.seconds});
    head_ += created.requests;
    Followed followed;
    double seconds = created.seconds;
    if (followers) {
      followed = followers->finish(head_);
      seconds = std::chrono::duration<double>(followed.last - begun).count();
    }
    std::vector<double> millis = creates.millis_to(followed);
    Row load = row_of("", kConnections, created);
    report_.add("followers while jobs are created at 16 connections",
                {"create a job, and give its entry to each",
                 {{"followers", static_cast<double>(count)},
                  {"created a second", load.value("per second")},
                  {"p50 ms", load.value("p50 ms")},
                  {"p99 ms", load.value("p99 ms")},
                  {"delivered a second in all", static_cast<double>(followed.entries) / seconds},
                  {"answer to arrival, p50 ms", quantile(millis, 0.5)},
                  {"answer to arrival, p99 ms", quantile(millis, 0.99)}}});
  }

 private:
  const Plan& plan_;
  Report& report_;
  const DaemonProcess& daemon_;
  const Caller& caller_;
  std::uint64_t head_ = 1;  ///< the token came first
};

}  // namespace

/// The feed, with many who follow it: what it gives them, and what they cost those who write.
void run_feed(const Plan& plan, Report& report) {
  DataDir data(plan.directory);
  Caller caller;
  DaemonProcess daemon(plan.program, data.path(), caller);
  FeedRound round(plan, report, daemon, caller);
  round.catch_up(plan.quick ? 10 : 100);
  for (std::size_t count : {0, 10, 100}) {
    if (count < 100 || !plan.quick) round.live(count);
  }
  daemon.stop();
}

}  // namespace jobledger::bench
