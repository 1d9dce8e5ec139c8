#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "team.h"

namespace jobledger::daemon::e2e {

/// The body of an answer that comes in chunks.
class ChunkedBody {
 public:
  explicit ChunkedBody(http::Client& client) : client_(client) {}

  /// The text up to the next `end`, without it; what is left if the body ends before.
  std::string read_to(std::string_view end);
  /// Whether the body has ended, and with its last chunk.
  bool is_whole() const { return whole_; }
  bool has_ended() const { return ended_; }

 private:
  bool more();

  http::Client& client_;
  std::string text_;
  bool whole_ = false;
  bool ended_ = false;
};

struct FeedEvent {
  std::string id;
  std::string type;
  std::string data;

  std::int64_t index() const { return std::stoll(id); }
};

/// A follower of GET /ledger/v1/feed, that reads when the test does.
class FeedClient {
 public:
  explicit FeedClient(const Team& team, const std::string& query = "", const Headers& headers = {});

  /// What the answer began with; of a refused one all.
  Answer answer;

  /// The next event that has data. Throws if the feed ends instead.
  FeedEvent next();
  /// The lines of the next block; empty if the feed ends instead.
  std::string next_block();
  bool has_ended() const { return body_.has_ended(); }
  /// Reads to the end; whether it ended as it should, not cut off.
  bool ends_well();
  /// The types of the next `count` events, with spaces between.
  std::string types(int count);

  /// What a client that comes back sends as `Last-Event-ID`.
  const std::string& last_id() const { return last_id_; }
  void hang_up() { client_->close(); }

 private:
  std::unique_ptr<http::Client> client_;
  ChunkedBody body_;
  std::string last_id_;
};

/// The entries as NDJSON: the answer, and its body whole.
struct Lines {
  Answer answer;
  std::vector<Json> entries;
  bool whole = false;
};
Lines read_lines(const Team& team, const std::string& query = "");

}  // namespace jobledger::daemon::e2e
