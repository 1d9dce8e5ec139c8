#include "tests/fuzz/answers.h"

#include <charconv>
#include <optional>

#include "daemon/json/document.h"
#include "tests/fuzz/support.h"

namespace jobledger::fuzz {
namespace {

namespace http = daemon::http;
namespace json = daemon::json;

constexpr std::size_t kLargeBody = 64 << 10;  // the document of the API, which never changes

bool is_text(const json::Value& object, std::string_view name) {
  auto value = object.find(name);
  return value && value->is_string() && !value->string().empty();
}

void check_error(const http::Reply& reply, const json::Value& root) {
  require(root.is_object() && is_text(root, "error") && is_text(root, "code") &&
              is_text(root, "requestId"),
          "an error says what, as a code too, and of which request", reply.body);
  auto details = root.find("details");
  if (!details) return;
  require(details->is_array(), "details are a list", reply.body);
  for (json::Value detail : details->elements()) {
    require(detail.is_object() && is_text(detail, "message"), "a detail says what", reply.body);
  }
}

void check(const http::Reply& reply) {
  require(reply.status != 500, "nothing ends in an internal error", reply.body);
  if (reply.content_type != "application/json" || reply.body.size() > kLargeBody) return;
  auto document = json::Document::parse(reply.body);
  require(document.has_value(), "JSON is JSON",
          document ? "" : document.error().message + "\n" + reply.body);
  // A batch of which nothing was made is its own 400.
  bool is_batch = document->root().is_object() && document->root().find("totalJobs");
  if (reply.status >= 400 && !is_batch) check_error(reply, document->root());
}

std::optional<std::size_t> number(std::string_view text, int base) {
  std::size_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view take_line(std::string_view& text) {
  std::size_t end = text.find("\r\n");
  require(end != std::string_view::npos, "a line of an answer has an end", text);
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 2);
  return line;
}

/// Whether an answer may begin here.
bool begins(std::string_view text) {
  return text.empty() || text.starts_with("HTTP/1.1 ");
}

/// Passes over a body in chunks.
void take_chunks(std::string_view& text, bool may_be_cut) {
  while (!may_be_cut || text.find("\r\n") != std::string_view::npos) {
    auto length = number(take_line(text), 16);
    require(length.has_value(), "a chunk has a length", text);
    if (may_be_cut && text.size() < *length + 2) break;
    require(text.size() >= *length + 2, "a chunk is as long as it says", text);
    text.remove_prefix(*length);
    require(take_line(text).empty(), "a chunk ends with its line", text);
    if (*length == 0) return;
  }
  text = {};
}

struct Head {
  int status = 0;
  std::optional<std::size_t> length;
  bool chunked = false;
};

Head take_head(std::string_view& text) {
  std::string_view line = take_line(text);
  require(line.starts_with("HTTP/1.1 ") && line.size() >= 12, "an answer has a status line", line);
  Head head;
  head.status = static_cast<int>(number(line.substr(9, 3), 10).value_or(0));
  require(head.status >= 100 && head.status < 600, "an answer has a status", line);
  for (line = take_line(text); !line.empty(); line = take_line(text)) {
    std::size_t colon = line.find(": ");
    require(colon != std::string_view::npos && colon > 0, "a header has a name", line);
    std::string_view name = line.substr(0, colon);
    if (name == "Content-Length") head.length = number(line.substr(colon + 2), 10);
    if (name == "Transfer-Encoding") head.chunked = true;
  }
  return head;
}

}  // namespace

void CheckedHandler::handle(http::Request request, http::Respond respond,
                            std::function<bool()> gone) {
  auto judge = [this, respond = std::move(respond)](http::Reply reply) {
    check(reply);
    if (reply.source) (reply.source->endless() ? has_endless_ : streams_) = true;
    respond(std::move(reply));
  };
  behind_.handle(std::move(request), std::move(judge), std::move(gone));
}

http::Reply CheckedHandler::refuse(int status, std::string_view what) {
  require(status != 500, "every answer can be put into HTTP", what);
  http::Reply reply = behind_.refuse(status, what);
  check(reply);
  return reply;
}

std::optional<http::Reply> CheckedHandler::refuse_early(const http::Request& head) {
  auto reply = behind_.refuse_early(head);
  if (reply) check(*reply);
  return reply;
}

void check_answers(std::string_view got, bool may_be_cut) {
  while (!got.empty()) {
    if (may_be_cut && got.find("\r\n\r\n") == std::string_view::npos) return;
    Head head = take_head(got);
    if (head.status < 200 || head.status == 204 || head.status == 304) continue;
    bool is_of_head = begins(got);  // a HEAD, whose answer has the head of a GET alone
    if (head.chunked) {
      if (!is_of_head) take_chunks(got, may_be_cut);
    } else if (head.length) {
      bool whole = got.size() >= *head.length && begins(got.substr(*head.length));
      require(whole || is_of_head, "a body is as long as its head says", got);
      if (whole) got.remove_prefix(*head.length);
    } else {
      return;  // it ends with the connection
    }
  }
}

}  // namespace jobledger::fuzz
