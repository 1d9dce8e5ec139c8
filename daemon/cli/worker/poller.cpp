#include "daemon/cli/worker/poller.h"

#include <algorithm>
#include <stdexcept>

#include "daemon/cli/http_transfer.h"
#include "ledger/assert.h"

namespace jobledger::daemon::cli::worker {
namespace {

std::vector<std::string> headers_of(const Request& request) {
  std::vector<std::string> headers = {"Content-Type: application/json"};
  if (!request.key.empty()) headers.push_back("Idempotency-Key: " + request.key);
  return headers;
}

std::size_t take(char* bytes, std::size_t size, std::size_t count, void* to) {
  static_cast<std::string*>(to)->append(bytes, size * count);
  return size * count;
}

int milliseconds_until(Clock::time_point until) {
  auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

}  // namespace

struct Poller::Multi {
  CURLM* handle = curl_multi_init();
  ~Multi() { curl_multi_cleanup(handle); }
};

struct Poller::Sending {
  Sending(const Remote& remote, const Request& request, Done then)
      : body(request.body),
        transfer(remote, "POST", request.path, headers_of(request)),
        done(std::move(then)) {
    transfer.set(CURLOPT_TIMEOUT, static_cast<long>(request.patience.count()));
    transfer.set(CURLOPT_WRITEFUNCTION, take);
    transfer.set(CURLOPT_WRITEDATA, &answer.body);
    transfer.set(CURLOPT_POSTFIELDS, body.data());
    transfer.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  }

  const std::string body;
  Answer answer;
  Transfer transfer;
  Done done;
};

Poller::Poller(const Remote& remote) : remote_(remote), multi_(std::make_unique<Multi>()) {
  if (!multi_->handle) throw std::runtime_error("libcurl does not start");
}

Poller::~Poller() {
  abandon();
}

void Poller::send(const Request& request, Done done) {
  JL_ASSERT(!sending_);
  sending_ = std::make_unique<Sending>(remote_, request, std::move(done));
  if (!sending_->transfer.handle()) throw std::runtime_error("libcurl does not start");
  curl_multi_add_handle(multi_->handle, sending_->transfer.handle());
}

bool Poller::is_sending() const {
  return sending_ != nullptr;
}

void Poller::abandon() {
  if (!sending_) return;
  curl_multi_remove_handle(multi_->handle, sending_->transfer.handle());
  sending_.reset();
}

void Poller::wait(Clock::time_point until, const std::vector<int>& descriptors) {
  std::vector<curl_waitfd> fds;
  for (int descriptor : descriptors) fds.push_back({descriptor, CURL_WAIT_POLLIN, 0});
  int running = 0;
  curl_multi_perform(multi_->handle, &running);
  bool ended = sending_ && running == 0;
  if (!ended) {
    curl_multi_poll(multi_->handle, fds.data(), static_cast<unsigned>(fds.size()),
                    milliseconds_until(until), nullptr);
    curl_multi_perform(multi_->handle, &running);
  }
  int left = 0;
  CURLMsg* message = curl_multi_info_read(multi_->handle, &left);
  if (!message || message->msg != CURLMSG_DONE) return;
  CURLcode code = message->data.result;
  auto sent = std::move(sending_);  // so that `done` may send the next
  curl_multi_remove_handle(multi_->handle, sent->transfer.handle());
  ledger::Status outcome = sent->transfer.outcome(code);
  if (!outcome) return sent->done(outcome.error());
  sent->answer.status = sent->transfer.status();
  sent->answer.head = sent->transfer.head();
  sent->done(std::move(sent->answer));
}

}  // namespace jobledger::daemon::cli::worker
