#include "daemon/webhooks/transfers.h"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <mutex>
#include <string_view>

#include "daemon/webhooks/address_guard.h"
#include "ledger/assert.h"

namespace jobledger::daemon::webhooks {
namespace {

using Steady = std::chrono::steady_clock;

/// What is read of an answer, whose content is of no interest: its head, and its body.
constexpr std::size_t kMostRead = 64 * 1024;
constexpr std::size_t kLongestError = 300;
constexpr long kIdleConnections = 64;

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// libcurl would do it at its first use, but that is not safe beside other threads.
CURLM* new_multi() {
  static std::once_flag once;
  std::call_once(once, [] { JL_ASSERT(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); });
  return curl_multi_init();
}

bool is_success(int status) {
  return status >= 200 && status < 300;
}

}  // namespace

class Transfers::Transfer {
 public:
  Transfer(const How& how, std::int64_t id, Message message)
      : how_(how), id_(id), message_(std::move(message)), handle_(curl_easy_init()) {
    JL_ASSERT(handle_);
    set(CURLOPT_PRIVATE, static_cast<void*>(this));
    give(CURLOPT_URL, message_.url.c_str());
    set_limits();
    set_guards();
    set_request();
  }
  Transfer(const Transfer&) = delete;  // libcurl has addresses of its members

  CURL* handle() const { return handle_.get(); }
  std::int64_t id() const { return id_; }
  std::size_t bytes() const { return message_.body.size(); }
  /// Whether libcurl took what it was given.
  bool is_taken() const { return is_taken_; }

  static Outcome refusal() {
    Outcome outcome;
    outcome.refused = true;
    outcome.attempt.error = "not sent: its url, method or headers are longer than can be sent";
    return outcome;
  }

  Outcome outcome(CURLcode code) const {
    Outcome outcome;
    long status = 0;
    curl_off_t retry_after = 0;
    curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(handle(), CURLINFO_RETRY_AFTER, &retry_after);
    auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - began_);
    outcome.attempt.ms = took.count();
    outcome.attempt.status = static_cast<int>(status);
    if (retry_after > 0) outcome.retry_after = retry_after;
    outcome.refused = code == CURLE_LOGIN_DENIED || code == CURLE_UNSUPPORTED_PROTOCOL ||
                      code == CURLE_URL_MALFORMAT || is_refused();
    outcome.attempt.error = error(code, outcome.attempt.status).substr(0, kLongestError);
    return outcome;
  }

 private:
  template <typename T>
  void set(CURLoption option, T value) {
    JL_ASSERT(curl_easy_setopt(handle_.get(), option, value) == CURLE_OK);
  }

  /// What comes from outside, so it may be refused: libcurl takes no string beyond 8,000,000 bytes.
  template <typename T>
  void give(CURLoption option, T value) {
    if (curl_easy_setopt(handle_.get(), option, value) != CURLE_OK) is_taken_ = false;
  }

  void set_limits() {
    const long timeout = static_cast<long>(how_.timeout.count());
    set(CURLOPT_TIMEOUT_MS, timeout);
    set(CURLOPT_CONNECTTIMEOUT_MS, timeout);
    set(CURLOPT_NOSIGNAL, 1L);
    // A name server that does not answer holds up nobody but who asked for the name.
    set(CURLOPT_QUICK_EXIT, 1L);
    set(CURLOPT_ERRORBUFFER, static_cast<char*>(reason_));
    set(CURLOPT_HEADERFUNCTION, take_head);
    set(CURLOPT_HEADERDATA, static_cast<void*>(this));
    set(CURLOPT_WRITEFUNCTION, take_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  }

  void set_guards() {
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    set(CURLOPT_PROXY, "");
    set(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    // One request a connection at a time: what is slow has its own.
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  }

  void set_request() {
    add_header("Expect:");  // nobody is asked whether a body may come
    for (const auto& [name, value] : message_.headers) {
      add_header(value.empty() ? name + ';' : name + ": " + value);
    }
    give(CURLOPT_HTTPHEADER, headers_.get());
    if (message_.method == "HEAD") {
      set(CURLOPT_NOBODY, 1L);
    } else if (message_.method == "GET") {
      set(CURLOPT_HTTPGET, 1L);
    } else {
      give(CURLOPT_POSTFIELDS, message_.body.data());
      give(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(message_.body.size()));
      give(CURLOPT_CUSTOMREQUEST, message_.method.c_str());
    }
  }

  void add_header(const std::string& line) {
    curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
    if (!longer) {
      is_taken_ = false;
      return;
    }
    (void)headers_.release();
    headers_.reset(longer);
  }

  static curl_socket_t open_socket(void* of, curlsocktype, curl_sockaddr* to) {
    auto& self = *static_cast<Transfer*>(of);
    std::string_view range = self.how_.allow_private ? "" : refused_range(to->addr);
    if (!range.empty()) {
      self.refused_ = range;
      return CURL_SOCKET_BAD;
    }
    self.was_opened_ = true;
    return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
  }

  /// A line of a head: of those of 1xx, too, which come before the one that counts.
  static std::size_t take_head(char* text, std::size_t size, std::size_t count, void* of) {
    auto& self = *static_cast<Transfer*>(of);
    self.head_read_ += size * count;
    if (self.head_read_ > kMostRead) return 0;
    const std::string_view line(text, size * count);
    if (line == "\r\n" || line == "\n") {
      long status = 0;
      curl_easy_getinfo(self.handle(), CURLINFO_RESPONSE_CODE, &status);
      if (status >= 200) self.is_answered_ = true;
    }
    return size * count;
  }

  static std::size_t take_body(char*, std::size_t size, std::size_t count, void* of) {
    auto& self = *static_cast<Transfer*>(of);
    self.body_read_ += size * count;
    return self.body_read_ > kMostRead ? 0 : size * count;
  }

  /// Whether there was no address of the name that may be connected to.
  bool is_refused() const { return !refused_.empty() && !was_opened_; }

  /// What may go wrong with the body of an answer: it is too long or too slow, or ends early. The
  /// head has said all by then.
  static bool is_of_body(CURLcode code) {
    return code == CURLE_WRITE_ERROR || code == CURLE_OPERATION_TIMEDOUT ||
           code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR;
  }

  /// Empty if the attempt counts.
  std::string error(CURLcode code, int status) const {
    if (is_refused()) {
      return "not sent: it would go to an address that is " + std::string(refused_) +
             ", which webhooks.allow_private does not allow";
    }
    if (code != CURLE_OK && !(is_answered_ && is_of_body(code)))
      return reason_[0] != '\0' ? reason_ : curl_easy_strerror(code);
    if (is_success(status)) return {};
    std::string text = "the answer was " + std::to_string(status);
    return status / 100 == 3 ? text + ", and redirects are not followed" : text;
  }

  const How how_;
  const std::int64_t id_;
  const Message message_;
  const Steady::time_point began_ = Steady::now();
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::string_view refused_;
  bool was_opened_ = false;
  bool is_taken_ = true;
  bool is_answered_ = false;  ///< the head of the answer was read
  std::size_t head_read_ = 0;
  std::size_t body_read_ = 0;
  char reason_[CURL_ERROR_SIZE] = "";
  std::unique_ptr<CURL, FreeHandle> handle_;
};

void Transfers::Close::operator()(void* multi) const {
  curl_multi_cleanup(multi);
}

Transfers::Transfers(const How& how) : how_(how), multi_(new_multi()) {
  JL_ASSERT(multi_);
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kIdleConnections);
}

Transfers::~Transfers() {
  for (auto& [id, transfer] : transfers_) {
    curl_multi_remove_handle(multi_.get(), transfer->handle());
  }
  transfers_.clear();
}

void Transfers::begin(std::int64_t id, Message message) {
  auto transfer = std::make_unique<Transfer>(how_, id, std::move(message));
  if (!transfer->is_taken()) return refused_.push_back({id, Transfer::refusal()});
  bytes_ += transfer->bytes();
  JL_ASSERT(curl_multi_add_handle(multi_.get(), transfer->handle()) == CURLM_OK);
  JL_ASSERT(transfers_.emplace(id, std::move(transfer)).second);
}

std::vector<Transfers::Ended> Transfers::wait(std::chrono::milliseconds most) {
  std::vector<Ended> ended = std::exchange(refused_, {});
  auto go_on = [&] {
    int running = 0;
    JL_ASSERT(curl_multi_perform(multi_.get(), &running) == CURLM_OK);
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      void* of = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &of);
      ended.push_back(end(static_cast<Transfer*>(of)->id(), message->data.result));
    }
  };
  go_on();
  if (!ended.empty()) return ended;
  curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(most.count()), nullptr);
  go_on();
  return ended;
}

Transfers::Ended Transfers::end(std::int64_t id, int code) {
  auto it = transfers_.find(id);
  Transfer& transfer = *it->second;
  Ended ended{id, transfer.outcome(static_cast<CURLcode>(code))};
  curl_multi_remove_handle(multi_.get(), transfer.handle());
  bytes_ -= transfer.bytes();
  transfers_.erase(it);
  return ended;
}

void Transfers::wake() {
  curl_multi_wakeup(multi_.get());
}

}  // namespace jobledger::daemon::webhooks
