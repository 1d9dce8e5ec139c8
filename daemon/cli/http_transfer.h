#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/cli/http_client.h"
#include "daemon/version.h"

namespace jobledger::daemon::cli {

inline constexpr long kConnectSeconds = 10;

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// One request with what all have in common, for curl_easy or curl_multi.
class Transfer {
 public:
  Transfer(const Remote& remote, std::string_view method, std::string_view path,
           const std::vector<std::string>& headers)
      : base_(remote.url),
        url_(remote.url + std::string(path)),
        verb_(method),
        agent_((remote.client_name.empty() ? "" : remote.client_name + ' ') + "jobledger/" +
               std::string(kVersion)) {
    if (!handle_) return;
    add_header("Authorization: Bearer " + remote.token);
    for (const std::string& header : headers) add_header(header);
    set(CURLOPT_URL, url_.c_str());
    set(CURLOPT_HEADERFUNCTION, take_head);
    set(CURLOPT_HEADERDATA, &head_);
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

  Transfer(const Transfer&) = delete;  // libcurl has addresses of its members

  template <typename T>
  void set(CURLoption option, T value) {
    curl_easy_setopt(handle_.get(), option, value);
  }

  int status() const {
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    return static_cast<int>(status);
  }

  /// Null if libcurl does not start.
  CURL* handle() const { return handle_.get(); }
  /// The status line and the headers of the answer so far.
  const std::string& head() const { return head_; }

  ledger::Status perform() {
    if (!handle_) return ledger::Failure{"libcurl does not start"};
    return outcome(curl_easy_perform(handle_.get()));
  }

  /// What it means that it ended so.
  ledger::Status outcome(CURLcode code) const {
    if (code == CURLE_OK) return ledger::ok();
    std::string why = reason_[0] != '\0' ? reason_ : curl_easy_strerror(code);
    return ledger::Failure{"no answer from " + base_ + ": " + why};
  }

 private:
  /// An interim answer has a head of its own, which goes when the next comes.
  static std::size_t take_head(char* bytes, std::size_t size, std::size_t count, void* to) {
    auto& head = *static_cast<std::string*>(to);
    std::string_view line(bytes, size * count);
    if (line.starts_with("HTTP/")) head.clear();
    head += line;
    return line.size();
  }

  void set_path(CURLoption option, const std::string& path) {
    if (!path.empty()) set(option, path.c_str());
  }

  void add_header(const std::string& line) {
    headers_.reset(curl_slist_append(headers_.release(), line.c_str()));
  }

  const std::string base_;
  const std::string url_;
  const std::string verb_;
  const std::string agent_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::unique_ptr<CURL, FreeHandle> handle_{curl_easy_init()};
  std::string head_;
  char reason_[CURL_ERROR_SIZE] = "";
};

}  // namespace jobledger::daemon::cli
