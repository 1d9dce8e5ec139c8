#include "team.h"

#include <stdexcept>

namespace jobledger::daemon::e2e {
namespace {

std::string short_name(const std::string& status) {
  if (status == "render:dorender") return "rendering";
  return status == "manually_cancelled" ? "cancelled" : status;
}

Answer expect(Answer answer, int status) {
  if (answer.status != status) {
    throw std::runtime_error("expected " + std::to_string(status) + ", got " +
                             std::to_string(answer.status) + " " + answer.text);
  }
  return answer;
}

std::string members(std::string_view more) {
  return (more.empty() ? "" : ",") + std::string(more);
}

void check(bool good, const char* what, const Answer& answer) {
  if (!good) throw std::runtime_error(std::string(what) + ": " + answer.head + answer.text);
}

}  // namespace

std::string Answer::header(std::string_view name) const {
  return http::Answer{status, head, text}.header(name);
}

std::int64_t Answer::version() const {
  return std::stoll(header("Ledger-Version"));
}

std::string request_text(std::string_view method, std::string_view target, std::string_view token,
                         std::string_view body, const Headers& headers) {
  std::string text =
      std::string(method) + ' ' + std::string(target) + " HTTP/1.1\r\nHost: test\r\n";
  if (!token.empty()) text += "Authorization: Bearer " + std::string(token) + "\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  if (!body.empty() || method == "POST") {
    text +=
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  }
  return text + "\r\n" + std::string(body);
}

Answer read_answer(http::Client& client) {
  http::Answer read = client.read();
  Answer answer{read.status, read.body, {}, read.head};
  if (answer.status == 0) return answer;
  check(!answer.header("Ledger-Version").empty(), "no version", answer);
  check(!answer.header("X-Request-Id").empty(), "no request id", answer);
  if (answer.header("Content-Type") == "application/json") answer.body = Json(read.body);
  if (answer.status < 400) return answer;
  check(answer.body["error"].is_string() && answer.body["code"].is_string(), "no error", answer);
  check(answer.body["requestId"] == answer.header("X-Request-Id"), "another request", answer);
  for (const Json& detail : answer.body["details"].items()) {
    check(detail["message"].is_string(), "a detail without a message", answer);
  }
  return answer;
}

Team::Team(DaemonRun& daemon, std::string name, std::string token)
    : daemon_(&daemon), name_(std::move(name)), token_(std::move(token)) {}

Team Team::with_token(const std::string& more) const {
  return Team(*daemon_, name_, daemon_->new_token(name_, more));
}

std::unique_ptr<http::Client> Team::connect() const {
  return daemon_->connect();
}

Answer Team::call(std::string_view method, std::string_view target, std::string_view body,
                  const Headers& headers) {
  if (!client_ || start_ != daemon_->starts()) client_ = connect();
  start_ = daemon_->starts();
  client_->send(request_text(method, target, token_, body, headers));
  Answer answer = read_answer(*client_);
  if (answer.status == 0) throw std::runtime_error("no answer to " + std::string(target));
  if (answer.header("Connection") == "close") client_.reset();
  return answer;
}

Answer Team::get(std::string_view target, const Headers& headers) {
  return call("GET", target, "", headers);
}

Answer Team::post(std::string_view target, std::string_view body, const Headers& headers) {
  return call("POST", target, body, headers);
}

std::string Team::create(std::string_view body) {
  return expect(post("/api/v2/jobs", body), 201).body["id"].text();
}

Tree Team::plant(std::string_view notation) {
  return Tree(notation, expect(post("/api/v2/jobs", tree_body(notation)), 201).body);
}

Json Team::job(std::string_view id) {
  return expect(get("/api/v2/jobs/" + std::string(id)), 200).body;
}

std::string Team::status(std::string_view id) {
  return short_name(job(id)["status"].text());
}

std::string Team::statuses(const Tree& tree) {
  std::string text;
  for (const std::string& name : tree.names()) {
    text += (text.empty() ? "" : " ") + name + "=" + status(tree[name]);
  }
  return text;
}

Json Team::history(std::string_view id) {
  return expect(get("/ledger/v1/jobs/" + std::string(id) + "/history"), 200).body["items"];
}

Json Team::entry(std::int64_t index) {
  return expect(get("/ledger/v1/entries/" + std::to_string(index)), 200).body;
}

std::int64_t Team::version() {
  return expect(get("/ledger/v1/head"), 200).version();
}

Answer Team::cancel(std::string_view id, std::string_view body) {
  return call("PATCH", "/api/v2/jobs/" + std::string(id) + "/cancel", body);
}

Answer Team::cancel_all(const std::vector<std::string>& ids, std::string_view more) {
  return post("/api/v2/jobs/cancel", id_list(ids, more));
}

Claimed Team::claim(std::string_view id, std::string_view more) {
  std::string body = R"({"jobId":)" + json_text(id) + members(more) + '}';
  Answer answer = expect(post("/api/v2/worker/claim", body), 200);
  return {answer.body["job"]["id"].text(), answer.body["lease"].text(), answer};
}

Answer Team::report(const Claimed& claimed, std::string_view kind, std::string_view more) {
  return post("/api/v2/worker/jobs/" + claimed.job + '/' + std::string(kind),
              R"({"lease":)" + json_text(claimed.lease) + members(more) + '}');
}

Answer Team::finish(const Claimed& claimed, std::string_view more) {
  return expect(report(claimed, "finish", more), 200);
}

Answer Team::fail(const Claimed& claimed, std::string_view error) {
  return expect(report(claimed, "fail", R"("error":)" + json_text(error)), 200);
}

Waiting Team::begin(std::string_view method, std::string_view target, std::string_view body,
                    const Headers& headers) {
  auto client = connect();
  client->send(request_text(method, target, token_, body, headers));
  return Waiting(std::move(client));
}

Waiting Team::begin_claim(std::string_view body, const std::string& key) {
  Headers headers = {{"Idempotency-Key", key}};
  auto client = connect();
  client->send(request_text("GET", "/healthz", ""));
  expect(read_answer(*client), 200);
  client->send(request_text("POST", "/api/v2/worker/claim", token_, body, headers));
  Answer repeat = post("/api/v2/worker/claim", R"({"tags":"of nobody"})", headers);
  if (repeat.body["code"] != "idempotency_key_in_flight") {
    throw std::runtime_error("the claim does not wait: " + repeat.text);
  }
  return Waiting(std::move(client));
}

}  // namespace jobledger::daemon::e2e
