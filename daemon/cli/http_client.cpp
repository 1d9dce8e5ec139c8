#include "daemon/cli/http_client.h"

#include <strings.h>

#include "daemon/cli/http_transfer.h"
#include "daemon/json/document.h"
#include "daemon/render/one_line.h"

namespace jobledger::daemon::cli {
namespace {

constexpr long kAnswerSeconds = 120;
/// A stream that brings nothing for so long is dead: heartbeats come once a minute at least.
constexpr long kSilenceSeconds = 90;

std::size_t take(char* bytes, std::size_t size, std::size_t count, void* to) {
  static_cast<std::string*>(to)->append(bytes, size * count);
  return size * count;
}

/// A stream on its way. The body of any answer but a 200 is kept.
struct Following {
  const Stream& stream;
  Transfer transfer;
  Answer answer;

  static std::size_t take_some(char* bytes, std::size_t size, std::size_t count, void* to) {
    auto& self = *static_cast<Following*>(to);
    std::string_view some(bytes, size * count);
    if (self.transfer.status() == 200) {
      self.stream.take(some);
    } else {
      self.answer.body += some;
    }
    return some.size();
  }

  static int progress(void* of, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Following*>(of)->stream.is_over() ? 1 : 0;
  }
};

}  // namespace

ledger::Result<Answer> call(const Remote& remote, std::string_view method, std::string_view path,
                            std::string_view body, std::vector<std::string> headers) {
  headers.emplace_back("Content-Type: application/json");
  Transfer transfer(remote, method, path, headers);
  Answer answer;
  transfer.set(CURLOPT_TIMEOUT, kAnswerSeconds);
  transfer.set(CURLOPT_WRITEFUNCTION, take);
  transfer.set(CURLOPT_WRITEDATA, &answer.body);
  if (method != "GET") {
    transfer.set(CURLOPT_POSTFIELDS, body.data());
    transfer.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  }
  if (auto done = transfer.perform(); !done) return done.error();
  answer.status = transfer.status();
  answer.head = transfer.head();
  return answer;
}

ledger::Result<Answer> follow(const Remote& remote, const Stream& stream) {
  Following following{stream, Transfer(remote, "GET", stream.path, stream.headers), {}};
  Transfer& transfer = following.transfer;
  transfer.set(CURLOPT_WRITEFUNCTION, Following::take_some);
  transfer.set(CURLOPT_WRITEDATA, &following);
  transfer.set(CURLOPT_NOPROGRESS, 0L);
  transfer.set(CURLOPT_XFERINFOFUNCTION, Following::progress);
  transfer.set(CURLOPT_XFERINFODATA, &following);
  transfer.set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  transfer.set(CURLOPT_LOW_SPEED_TIME, kSilenceSeconds);
  if (auto done = transfer.perform(); !done) return done.error();
  following.answer.status = transfer.status();
  return std::move(following.answer);
}

std::string header_of(const Answer& answer, std::string_view name) {
  for (std::size_t at = answer.head.find('\n'); at != std::string::npos;) {
    std::string_view line = std::string_view(answer.head).substr(at + 1);
    line = line.substr(0, line.find('\n'));
    at = answer.head.find('\n', at + 1);
    bool named = line.size() > name.size() && line[name.size()] == ':' &&
                 strncasecmp(line.data(), name.data(), name.size()) == 0;
    if (!named) continue;
    line.remove_prefix(name.size() + 1);
    while (line.starts_with(' ')) line.remove_prefix(1);
    while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
    return std::string(line);
  }
  return {};
}

std::string error_text(const Answer& answer) {
  auto document = json::Document::parse(answer.body);
  if (document && document->root().is_object()) {
    auto text = document->root().find("error");
    if (text && text->is_string()) return render::one_line(std::string(text->string()));
  }
  return "the daemon answered " + std::to_string(answer.status);
}

}  // namespace jobledger::daemon::cli
