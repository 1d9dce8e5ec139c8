#include "daemon_run.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>

#include "team.h"
#include "tests/support/ledger_fixture.h"

namespace jobledger::daemon::e2e {

DaemonRun::DaemonRun(Words flags, Variables variables, const std::string& data_dir)
    : data_dir_(data_dir.empty() ? dir_.path() + "/ledger" : data_dir),
      flags_(std::move(flags)),
      variables_(std::move(variables)) {
  Finished made = run_program({"token", "create", "--data-dir", data_dir_, "--team", "admins",
                               "--name", "admin", "--scope", "jobs:read,audit:read,admin"});
  if (made.code != 0) throw std::runtime_error("no token: " + made.err);
  admin_token_ = made.out.substr(0, made.out.find('\n'));
  start();
}

DaemonRun::~DaemonRun() {
  if (!process_ || !process_->runs() || std::uncaught_exceptions() > 0) return;
  int code = stop();
  if (code == 0) return;
  std::cerr << "the daemon ended with " << code << ":\n" << log();
  std::abort();
}

void DaemonRun::start(const Words& more) {
  start_at(0, more);
}

void DaemonRun::start_at(std::uint16_t port, const Words& more) {
  Words arguments = {"serve", "--data-dir", data_dir_, "--listen",
                     "127.0.0.1:" + std::to_string(port)};
  arguments.insert(arguments.end(), flags_.begin(), flags_.end());
  arguments.insert(arguments.end(), more.begin(), more.end());
  process_ = std::make_unique<Process>(arguments, dir_.path() + "/err", variables_);
  constexpr std::string_view kListening = "listening on ";
  std::string line = process_->read_line();
  if (!line.starts_with(kListening)) throw std::runtime_error("it does not listen: " + log());
  url_ = line.substr(kListening.size());
  port_ = static_cast<std::uint16_t>(std::stoi(url_.substr(url_.rfind(':') + 1)));
  ++starts_;
}

int DaemonRun::stop() {
  signal(SIGTERM);
  return wait();
}

void DaemonRun::kill() {
  signal(SIGKILL);
  wait();
}

void DaemonRun::signal(int number) {
  process_->signal(number);
}

int DaemonRun::wait() {
  return process_->wait();
}

void DaemonRun::restart() {
  if (stop() != 0) throw std::runtime_error("it did not stop well: " + log());
  start();
}

void DaemonRun::write_ledger(const std::function<void(tests::LedgerFixture&)>& write) {
  if (stop() != 0) throw std::runtime_error("it did not stop well: " + log());
  {
    auto store = ledger::Store::open(data_dir_, {});
    if (!store) throw std::runtime_error(store.error().message);
    tests::LedgerFixture ledger(**store, {});
    write(ledger);
  }
  start();
}

void DaemonRun::restart_in_place() {
  if (process_->runs() && stop() != 0) throw std::runtime_error("it did not stop well: " + log());
  start_at(port_, {});
}

Team DaemonRun::new_team() {
  static std::atomic<int> count{0};
  std::string name = "team" + std::to_string(++count);
  return Team(*this, name, new_token(name));
}

std::string DaemonRun::new_token(const std::string& team, const std::string& more) {
  std::string body =
      R"({"team":")" + team + R"(","name":"tester")" + (more.empty() ? "" : "," + more) + "}";
  Answer made = admin().post("/ledger/v1/tokens", body);
  if (made.status != 201) throw std::runtime_error("no token: " + made.text);
  return made.body["token"].text();
}

std::unique_ptr<http::Client> DaemonRun::connect() const {
  return connect_ ? connect_(port_) : std::make_unique<http::Client>(port_);
}

Team DaemonRun::admin() {
  return Team(*this, "admins", admin_token_);
}

std::string DaemonRun::log() const {
  return read_file(dir_.path() + "/err");
}

DaemonRun& shared_daemon() {
  static DaemonRun daemon;
  return daemon;
}

Team new_team() {
  return shared_daemon().new_team();
}

DaemonRun& daemon_of_one_thread() {
  static DaemonRun daemon({"--threads-io", "1"});
  return daemon;
}

}  // namespace jobledger::daemon::e2e
