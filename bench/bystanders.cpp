#include "bench/bystanders.h"

namespace jobledger::bench {

Bystanders::Bystanders(std::uint16_t port, const Caller& caller,
                       const std::vector<std::string>& ids, std::uint64_t seed)
    : reads_(caller, ids, seed), creates_(caller, "/api/v2/jobs", single_job()) {
  load_ = std::async(std::launch::async, [this, port] {
    return run_load(port, kConnections, *this, {.seconds = 900});
  });
}

Bystanders::~Bystanders() {
  stop_ = true;
  if (load_.valid()) load_.wait();
}

void Bystanders::finish() {
  stop_ = true;
  load_.get();
}

bool Bystanders::next(std::size_t connection, std::string& request) {
  return !stop_ && work_of(connection).next(connection, request);
}

std::string Bystanders::check(std::size_t connection, const Answer& answer) {
  return work_of(connection).check(connection, answer);
}

}  // namespace jobledger::bench
