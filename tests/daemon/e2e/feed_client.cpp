#include "feed_client.h"

#include <sstream>
#include <stdexcept>

namespace jobledger::daemon::e2e {
namespace {

std::string line_of(http::Client& client) {
  std::string line;
  while (!line.ends_with("\r\n")) {
    std::string byte = client.read_bytes(1);
    if (byte.empty()) return "";
    line += byte;
  }
  return line;
}

std::unique_ptr<http::Client> asked(const Team& team, const std::string& target,
                                    const Headers& headers) {
  auto client = team.connect();
  client->send(request_text("GET", target, team.token(), "", headers));
  return client;
}

}  // namespace

bool ChunkedBody::more() {
  if (ended_) return false;
  std::string size_line = line_of(client_);
  std::size_t size = size_line.empty() ? 0 : std::stoul(size_line, nullptr, 16);
  std::string chunk = client_.read_bytes(size + 2);
  if (size_line.empty() || chunk.size() < size + 2 || size == 0) {
    whole_ = !size_line.empty() && size == 0 && chunk == "\r\n";
    ended_ = true;
    return false;
  }
  text_.append(chunk, 0, size);
  return true;
}

std::string ChunkedBody::read_to(std::string_view end) {
  std::size_t looked = 0;
  std::size_t at;
  while ((at = text_.find(end, looked)) == std::string::npos) {
    looked = text_.size() - std::min(text_.size(), end.size() - 1);
    if (!more()) return std::exchange(text_, {});
  }
  std::string text = text_.substr(0, at);
  text_.erase(0, at + end.size());
  return text;
}

FeedClient::FeedClient(const Team& team, const std::string& query, const Headers& headers)
    : client_(asked(team, "/ledger/v1/feed" + query, headers)), body_(*client_) {
  answer = read_answer(*client_);
}

std::string FeedClient::next_block() {
  std::string block = body_.read_to("\n\n");
  if (body_.has_ended()) return "";
  std::istringstream lines(block);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("id: ")) last_id_ = line.substr(4);
  }
  return block;
}

FeedEvent FeedClient::next() {
  while (true) {
    std::string block = next_block();
    if (body_.has_ended()) throw std::runtime_error("the feed has ended: " + answer.head);
    FeedEvent event;
    std::istringstream lines(block);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("id: ")) event.id = line.substr(4);
      if (line.starts_with("event: ")) event.type = line.substr(7);
      if (line.starts_with("data: ")) event.data = line.substr(6);
    }
    if (!event.data.empty()) return event;
  }
}

std::string FeedClient::types(int count) {
  std::string types;
  for (int i = 0; i < count; ++i) types += (i > 0 ? " " : "") + next().type;
  return types;
}

bool FeedClient::ends_well() {
  while (!body_.has_ended()) next_block();
  return body_.is_whole();
}

Lines read_lines(const Team& team, const std::string& query) {
  auto client = asked(team, "/ledger/v1/entries" + query, {{"Accept", "application/x-ndjson"}});
  Lines lines;
  lines.answer = read_answer(*client);
  if (lines.answer.status != 200) return lines;
  ChunkedBody body(*client);
  while (true) {
    std::string line = body.read_to("\n");
    if (body.has_ended() && line.empty()) break;
    lines.entries.emplace_back(line);
  }
  lines.whole = body.is_whole();
  return lines;
}

}  // namespace jobledger::daemon::e2e
