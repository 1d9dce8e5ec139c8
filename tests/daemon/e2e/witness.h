#pragma once

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "feed_client.h"

namespace jobledger::daemon::e2e {

/// Follows the feed of all teams over kills of the daemon, each time from where it was, and keeps
/// what it saw: every entry once, in order, and none that is gone or another afterwards.
class Witness {
 public:
  /// The token of `auditor` must have `audit:all`.
  explicit Witness(Team auditor) : auditor_(std::move(auditor)) {}
  ~Witness() { join(); }

  /// Follows on a thread of its own until the daemon ends.
  void start() {
    thread_ = std::thread([this] {
      try {
        follow(INT64_MAX);
      } catch (const std::exception&) {
        // The daemon was killed.
      }
    });
  }
  void join() {
    if (thread_.joinable()) thread_.join();
  }

  /// Follows on until all entries before `version` were seen.
  void follow(std::int64_t version) {
    if (static_cast<std::int64_t>(seen_.size()) >= version) return;
    Headers from = last_id_.empty() ? Headers{} : Headers{{"Last-Event-ID", last_id_}};
    FeedClient feed(auditor_, last_id_.empty() ? "?from=0" : "", from);
    while (static_cast<std::int64_t>(seen_.size()) < version) take(feed);
  }

  /// What is wrong with what it saw, beside the entries as they are now; empty if nothing.
  std::string judge() {
    if (!wrong_.empty()) return wrong_;
    Lines lines = read_lines(auditor_);
    if (!lines.whole || lines.entries.size() < seen_.size()) return "entries are gone";
    for (std::size_t index = 0; index < seen_.size(); ++index) {
      if (lines.entries[index].dump() == seen_[index]) continue;
      return "entry " + std::to_string(index) + " was " + seen_[index] + " and is " +
             lines.entries[index].dump();
    }
    return "";
  }

  std::size_t seen() const { return seen_.size(); }

 private:
  void take(FeedClient& feed) {
    FeedEvent event = feed.next();
    std::string due = std::to_string(seen_.size());
    if (event.id != due) wrong_ += "entry " + event.id + " came where " + due + " was due\n";
    last_id_ = event.id;
    seen_.push_back(Json(event.data).dump());
  }

  Team auditor_;
  std::vector<std::string> seen_;  ///< by index
  std::string last_id_;
  std::string wrong_;
  std::thread thread_;
};

}  // namespace jobledger::daemon::e2e
