#include "receiver_server.h"

namespace jobledger::daemon::webhooks {

ReceiverServer::ReceiverServer(Answer answer, std::uint16_t port)
    : answer_(std::move(answer)),
      work_(io_.get_executor()),
      server_(io_, *this, http::Limits{}),
      port_(server_.listen("127.0.0.1", port).value()) {
  thread_ = std::thread([this] { io_.run(); });
}

ReceiverServer::~ReceiverServer() {
  io_.stop();
  thread_.join();
  held_.clear();
}

http::Reply ReceiverServer::reply(int status) {
  return {.status = status, .content_type = "text/plain", .headers = {}, .body = "x"};
}

ReceiverServer::Answer ReceiverServer::answers(int status) {
  return [status](const http::Request&, std::size_t) { return reply(status); };
}

ReceiverServer::Answer ReceiverServer::holds() {
  return [](const http::Request&, std::size_t) { return std::nullopt; };
}

std::string ReceiverServer::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::vector<http::Request> ReceiverServer::seen() const {
  std::lock_guard lock(mutex_);
  return seen_;
}

std::size_t ReceiverServer::count() const {
  std::lock_guard lock(mutex_);
  return seen_.size();
}

std::size_t ReceiverServer::held() const {
  std::lock_guard lock(mutex_);
  return held_.size();
}

void ReceiverServer::handle(http::Request request, http::Respond respond, std::function<bool()>) {
  std::lock_guard lock(mutex_);
  auto answer = answer_(request, seen_.size());
  seen_.push_back(std::move(request));
  if (answer) return respond(std::move(*answer));
  held_.push_back(std::move(respond));
}

http::Reply ReceiverServer::refuse(int status, std::string_view) {
  return reply(status);
}

}  // namespace jobledger::daemon::webhooks
