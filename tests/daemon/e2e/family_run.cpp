#include "family_run.h"

#include <chrono>
#include <stdexcept>

namespace jobledger::daemon::e2e {
namespace {

std::int64_t now() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

const std::vector<std::string> kNotations = {"root(a b)", "root(a b(c d)) other", "one(a) two(b c)",
                                             "top(mid(low(a b) c))", "x y z"};

}  // namespace

class FamilyRun::Client {
 public:
  explicit Client(const FamilyRun& run) : run_(run) {}

  /// Status 0 if the daemon ended instead. Waits for a daemon first.
  Answer ask(const std::string& text) {
    if (!client_ || port_ != run_.port_) connect();
    try {
      if (client_ && client_->try_send(text)) {
        Answer answer = read_answer(*client_);
        if (answer.status != 0) return answer;
      }
    } catch (...) {
      client_.reset();
      throw;
    }
    client_.reset();
    return {};
  }

 private:
  void connect() {
    client_.reset();
    if (!http::eventually([&] { return run_.port_ != 0; })) {
      throw std::runtime_error("the daemon does not come back");
    }
    port_ = run_.port_;
    try {
      client_ = std::make_unique<http::Client>(port_);
    } catch (const std::exception&) {
      // It was killed meanwhile.
    }
  }

  const FamilyRun& run_;
  std::uint16_t port_ = 0;
  std::unique_ptr<http::Client> client_;
};

FamilyRun::FamilyRun(DaemonRun& daemon, const Team& team, std::uint64_t seed, Shape shape)
    : daemon_(daemon), token_(team.token()), random_(seed), shape_(shape), port_(daemon.port()) {}

std::string FamilyRun::run() {
  std::vector<std::thread> threads;
  for (int i = 0; i < shape_.clients; ++i) {
    threads.emplace_back([this, seed = random_()] {
      try {
        work(seed);
      } catch (const std::exception& error) {
        std::lock_guard lock(mutex_);
        wrong_ += std::string(error.what()) + '\n';
        failed_ = true;
      }
    });
  }
  for (int kill = 1; kill <= shape_.kills; ++kill) {
    std::size_t at = shape_.operations * static_cast<std::size_t>(kill) /
                     static_cast<std::size_t>(shape_.kills + 1);
    if (!http::eventually([&] { return operations_ >= at || failed_; })) failed_ = true;
    if (failed_) break;
    port_ = 0;
    daemon_.kill();
    daemon_.start();
    port_ = daemon_.port();
  }
  for (std::thread& thread : threads) thread.join();
  return wrong_;
}

void FamilyRun::work(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Client client(*this);
  while (!is_over()) step(client, random);
}

void FamilyRun::step(Client& client, std::mt19937_64& random) {
  std::shared_ptr<Family> to_create;
  std::shared_ptr<Family> family = pick(random, to_create);
  if (to_create) return ask(client, *to_create, to_create->creation(), random);
  ask(client, *family, family->draw(random), random);
}

std::shared_ptr<Family> FamilyRun::pick(std::mt19937_64& random,
                                        std::shared_ptr<Family>& to_create) {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Family>> open;
  std::size_t first = families_.size() - std::min(families_.size(), 4 * shape_.open_families);
  for (std::size_t i = first; i < families_.size(); ++i) {
    const auto& family = families_[i];
    if (family->is_created() && family->begun() < shape_.operations_a_family) {
      open.push_back(family);
    }
  }
  if (open.size() >= shape_.open_families) return open[random() % open.size()];
  to_create = families_.emplace_back(std::make_shared<Family>(
      kNotations[random() % kNotations.size()], "family" + std::to_string(families_.size())));
  return nullptr;
}

void FamilyRun::ask(Client& client, Family& family, FamilyRequest request,
                    std::mt19937_64& random) {
  std::string text =
      request_text(request.method, request.target, token_, request.body, request.headers);
  FamilyCall call{request.operation, now(), {}};
  Answer answer = client.ask(text);
  // What had no answer is asked again, or left as it is. Nobody could go on without the ids.
  bool creates = request.operation.kind == FamilyOperation::Kind::create;
  while (answer.status == 0 && (creates || random() % 2 == 0)) answer = client.ask(text);
  ++operations_;
  if (answer.status == 0) {
    call.operation.answered = false;
    if (!request.reads()) family.record(std::move(call), -1);
    return;
  }
  call.ended = now();
  family.read(call.operation, answer);
  family.record(std::move(call), answer.version());
}

}  // namespace jobledger::daemon::e2e
