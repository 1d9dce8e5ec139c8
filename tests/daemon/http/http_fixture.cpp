#include "http_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>

namespace jobledger::daemon::http {

TestHandler::~TestHandler() {
  for (auto& thread : threads_) thread.join();
}

void TestHandler::handle(Request request, Respond respond, std::function<bool()> gone) {
  const std::lock_guard lock(mutex_);
  seen_.push_back(request);
  Reply reply{.status = 200, .content_type = "text/plain", .headers = {}, .body = ""};
  reply.body = request.method + " " + request.path + " " + request.body;
  if (request.path == "/hold") {
    held_.push_back({std::move(request), std::move(respond), std::move(gone)});
    changed_.notify_all();
    return;
  }
  if (request.path == "/thread") {
    threads_.emplace_back([respond, reply] { respond(reply); });
    return;
  }
  if (request.path == "/throw") throw std::runtime_error("a bug");
  if (request.path == "/large") reply.body = std::string(large, 'x');
  if (request.path == "/none")
    reply = {.status = 204, .content_type = "", .headers = {}, .body = ""};
  if (request.path == "/split") reply.headers.emplace_back("X-Id", "1\r\nX-Forged: 2");
  respond(std::move(reply));
}

Reply TestHandler::refuse(int status, std::string_view what) {
  return {.status = status, .content_type = "text/plain", .headers = {}, .body = std::string(what)};
}

Held TestHandler::wait_held() {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, std::chrono::seconds(60), [&] { return !held_.empty(); })) {
    throw std::runtime_error("no request came to /hold");
  }
  Held held = std::move(held_.front());
  held_.pop_front();
  return held;
}

std::vector<Request> TestHandler::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

TestServer::TestServer(Limits limits, int threads, std::shared_ptr<const TlsContext> tls)
    : server(io, handler, limits, std::move(tls)), work_(io.get_executor()) {
  port_ = server.listen("127.0.0.1", 0).value();
  run(threads);
}

void TestServer::run(int threads) {
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { io.run(); });
  }
}

TestServer::~TestServer() {
  io.stop();
  for (auto& thread : threads_) thread.join();
}

std::string Answer::header(std::string_view name) const {
  const std::string key = "\r\n" + std::string(name) + ": ";
  const auto at = head.find(key);
  if (at == std::string::npos) return "";
  const auto begin = at + key.size();
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

Client::Client(std::uint16_t port, const char* address) : socket_(-1) {
  sockaddr_in to4{};
  sockaddr_in6 to6{};
  to4.sin_family = AF_INET;
  to4.sin_port = to6.sin6_port = htons(port);
  to6.sin6_family = AF_INET6;
  const bool v6 = inet_pton(AF_INET, address, &to4.sin_addr) != 1;
  if (v6) inet_pton(AF_INET6, address, &to6.sin6_addr);
  socket_ = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{60, 0};  // so that a broken server fails a test instead of hanging it
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const int failed = v6 ? ::connect(socket_, reinterpret_cast<sockaddr*>(&to6), sizeof to6)
                        : ::connect(socket_, reinterpret_cast<sockaddr*>(&to4), sizeof to4);
  if (failed) throw std::runtime_error("cannot connect");
}

Client::~Client() {
  close();
}

Client& Client::send(std::string_view bytes) {
  if (!try_send(bytes)) throw std::runtime_error("cannot send");
  return *this;
}

bool Client::try_send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = send_some(bytes.data(), bytes.size());
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

ssize_t Client::send_some(const char* bytes, std::size_t count) {
  return ::send(socket_, bytes, count, MSG_NOSIGNAL);
}

ssize_t Client::receive_some(char* bytes, std::size_t count) {
  return ::recv(socket_, bytes, count, 0);
}

bool Client::receive() {
  char bytes[16 * 1024];
  const auto count = receive_some(bytes, sizeof bytes);
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    throw std::runtime_error("the server neither answers nor closes");
  }
  reset_ = count < 0;
  if (count <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(count));
  return true;
}

Answer Client::read(bool head_only) {
  Answer answer;
  std::size_t end;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive()) return answer;
  }
  answer.head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  answer.status = std::stoi(answer.head.substr(answer.head.find(' ') + 1));
  const std::string length = answer.header("Content-Length");
  const std::size_t size = head_only || length.empty() ? 0 : std::stoul(length);
  while (buffer_.size() < size) {
    if (!receive()) return {};
  }
  answer.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return answer;
}

std::string Client::read_bytes(std::size_t count) {
  while (buffer_.size() < count && receive()) continue;
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, bytes.size());
  return bytes;
}

std::string Client::read_to_end(bool* reset) {
  while (receive()) continue;
  if (reset) *reset = reset_;
  return std::exchange(buffer_, {});
}

void Client::finish_sending() {
  ::shutdown(socket_, SHUT_WR);
}

void Client::close() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

std::string get(std::string_view path, std::string_view more) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n" + std::string(more) + "\r\n";
}

std::string post(std::string_view path, std::string_view body) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

}  // namespace jobledger::daemon::http
