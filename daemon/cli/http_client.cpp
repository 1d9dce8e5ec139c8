#include "daemon/cli/http_client.h"

#include <curl/curl.h>

#include <memory>

#include "daemon/json/document.h"
#include "daemon/render/one_line.h"
#include "daemon/version.h"

namespace jobledger::daemon::cli {
namespace {

constexpr long kConnectSeconds = 10;
constexpr long kAnswerSeconds = 120;
/// A stream that brings nothing for so long is dead: heartbeats come once a minute at least.
constexpr long kSilenceSeconds = 90;

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// One request with what all have in common.
class Transfer {
 public:
  Transfer(const Remote& remote, std::string_view method, std::string_view path,
           const std::vector<std::string>& headers)
      : base_(remote.url), url_(remote.url + std::string(path)), verb_(method) {
    if (!handle_) return;
    add_header("Authorization: Bearer " + remote.token);
    for (const std::string& header : headers) add_header(header);
    set(CURLOPT_URL, url_.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_CUSTOMREQUEST, verb_.c_str());
    set(CURLOPT_HTTPHEADER, headers_.get());
    set(CURLOPT_USERAGENT, agent_.c_str());
    set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    set(CURLOPT_ERRORBUFFER, reason_);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set_path(CURLOPT_CAINFO, remote.ca);
    set_path(CURLOPT_SSLCERT, remote.client_cert);
    set_path(CURLOPT_SSLKEY, remote.client_key);
  }

  template <typename T>
  void set(CURLoption option, T value) {
    curl_easy_setopt(handle_.get(), option, value);
  }

  int status() const {
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    return static_cast<int>(status);
  }

  ledger::Status perform() {
    if (!handle_) return ledger::Failure{"libcurl does not start"};
    CURLcode code = curl_easy_perform(handle_.get());
    if (code == CURLE_OK) return ledger::ok();
    std::string why = reason_[0] != '\0' ? reason_ : curl_easy_strerror(code);
    return ledger::Failure{"no answer from " + base_ + ": " + why};
  }

 private:
  void set_path(CURLoption option, const std::string& path) {
    if (!path.empty()) set(option, path.c_str());
  }

  void add_header(const std::string& line) {
    headers_.reset(curl_slist_append(headers_.release(), line.c_str()));
  }

  const std::string base_;
  const std::string url_;
  const std::string verb_;
  const std::string agent_ = "jobledger/" + std::string(kVersion);
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::unique_ptr<CURL, FreeHandle> handle_{curl_easy_init()};
  char reason_[CURL_ERROR_SIZE] = "";
};

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

std::string error_text(const Answer& answer) {
  auto document = json::Document::parse(answer.body);
  if (document && document->root().is_object()) {
    auto text = document->root().find("error");
    if (text && text->is_string()) return render::one_line(std::string(text->string()));
  }
  return "the daemon answered " + std::to_string(answer.status);
}

}  // namespace jobledger::daemon::cli
