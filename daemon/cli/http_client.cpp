#include "daemon/cli/http_client.h"

#include <curl/curl.h>

#include <memory>

#include "daemon/json/document.h"
#include "daemon/version.h"

namespace jobledger::daemon::cli {
namespace {

constexpr long kConnectSeconds = 10;
constexpr long kAnswerSeconds = 120;

std::size_t take(char* bytes, std::size_t size, std::size_t count, void* to) {
  static_cast<std::string*>(to)->append(bytes, size * count);
  return size * count;
}

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

}  // namespace

ledger::Result<Answer> call(const Remote& remote, std::string_view method, std::string_view path,
                            std::string_view body) {
  std::unique_ptr<CURL, FreeHandle> handle(curl_easy_init());
  if (!handle) return ledger::Failure{"libcurl does not start"};
  std::unique_ptr<curl_slist, FreeList> headers;
  for (const std::string& line :
       {"Authorization: Bearer " + remote.token, std::string("Content-Type: application/json")}) {
    headers.reset(curl_slist_append(headers.release(), line.c_str()));
  }
  Answer answer;
  std::string url = remote.url + std::string(path);
  std::string verb(method);
  std::string agent = "jobledger/" + std::string(kVersion);
  char reason[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle.get(), CURLOPT_CUSTOMREQUEST, verb.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle.get(), CURLOPT_USERAGENT, agent.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, kAnswerSeconds);
  curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &answer.body);
  if (method != "GET") {
    curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(body.size()));
  }
  CURLcode code = curl_easy_perform(handle.get());
  if (code != CURLE_OK) {
    std::string why = reason[0] != '\0' ? reason : curl_easy_strerror(code);
    return ledger::Failure{"no answer from " + remote.url + ": " + why};
  }
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  return answer;
}

std::string error_text(const Answer& answer) {
  auto document = json::Document::parse(answer.body);
  if (document && document->root().is_object()) {
    auto text = document->root().find("error");
    if (text && text->is_string()) return std::string(text->string());
  }
  return "the daemon answered " + std::to_string(answer.status);
}

}  // namespace jobledger::daemon::cli
