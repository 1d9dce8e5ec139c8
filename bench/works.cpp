#include "bench/works.h"

#include <cstring>

namespace jobledger::bench {
namespace {

constexpr std::string_view kTemplate =
    R"({"id":"01JTA1D8P2Q4VHWR4V3GZ1S8MX","composition":"main"})";
constexpr std::string_view kId = R"("id":")";
constexpr std::string_view kBatchId = R"("batchId":")";
constexpr std::string_view kCancelledJobs = R"("cancelledJobs":)";
constexpr std::size_t kIdSize = 26;

/// By memmem, which takes a third of the time of string_view::find: the cores are the daemon's,
/// too.
std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  while (const void* at = memmem(text.data(), text.size(), what.data(), what.size())) {
    auto begin = static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
    text.remove_prefix(begin + what.size());
    ++found;
  }
  return found;
}

/// The answer about a batch lists its top-level jobs first, and then all that were cancelled.
std::string check_cancelled(const Answer& answer, std::size_t wanted) {
  if (answer.status != 200) return "a cancel was refused";
  std::size_t list = answer.body.find(kCancelledJobs);
  std::string_view jobs = answer.body.substr(list == std::string_view::npos ? 0 : list);
  std::size_t cancelled = count(jobs, R"("status":"manually_cancelled")");
  if (cancelled == wanted) return "";
  return "cancelled " + std::to_string(cancelled) + " jobs, not " + std::to_string(wanted);
}

}  // namespace

std::string request_of(const Caller& caller, const std::string& line, const std::string& body) {
  std::string request =
      line + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + caller.token + "\r\n";
  if (!line.starts_with("GET")) {
    request +=
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  }
  return request + "\r\n" + body;
}

std::string single_job(const std::string& tag) {
  return R"({"template":)" + std::string(kTemplate) +
         R"(,"assets":[{"type":"image","layerName":"logo","src":"https://example.com/logo.png"},)"
         R"({"type":"data","layerName":"title","property":"Source Text","value":"Hello"}],)"
         R"("settings":{"quality":"full"},"tags":[")" +
         tag + R"("],"priority":1})";
}

std::string tree_of(std::size_t jobs) {
  std::string body = R"({"template":)" + std::string(kTemplate) + R"(,"tags":["bench"],"assets":[)";
  for (std::size_t child = 1; child < jobs; ++child) {
    if (child > 1) body += ',';
    body += R"({"type":"job","layerName":"c)" + std::to_string(child) + R"(","template":)";
    body += kTemplate;
    body += '}';
  }
  return body + "]}";
}

std::string batch_of(std::size_t jobs, const std::string& body) {
  std::string batch = R"({"jobs":[)";
  for (std::size_t job = 0; job < jobs; ++job) batch += (job > 0 ? "," : "") + body;
  return batch + "]}";
}

RequestWithId::RequestWithId(const std::string& request)
    : begin_(request.substr(0, request.find('*'))), end_(request.substr(begin_.size() + 1)) {}

void RequestWithId::put(const std::string& id, std::string& request) const {
  if (request.empty()) {
    request = begin_ + id + end_;
  } else {
    request.replace(begin_.size(), kIdSize, id);
  }
}

Gets::Gets(const Caller& caller, const std::string& path, std::size_t jobs)
    : request_(request_of(caller, "GET " + path)), jobs_(jobs) {}

bool Gets::next(std::size_t, std::string& request) {
  if (request.empty()) request = request_;
  return true;
}

std::string Gets::check(std::size_t, const Answer& answer) {
  if (answer.status != 200 || answer.body.empty()) return "a read failed";
  if (jobs_ == 0) return "";
  std::size_t found = count(answer.body, kId);
  if (found == jobs_) return "";
  return "a page of " + std::to_string(found) + " jobs, not " + std::to_string(jobs_);
}

JobGets::JobGets(const Caller& caller, const std::vector<std::string>& ids, std::uint64_t seed)
    : request_(request_of(caller, "GET /api/v2/jobs/*")), ids_(ids), random_(seed) {}

bool JobGets::next(std::size_t connection, std::string& request) {
  if (asked_.size() <= connection) asked_.resize(connection + 1);
  asked_[connection] = random_() % ids_.size();
  request_.put(ids_[asked_[connection]], request);
  return true;
}

std::string JobGets::check(std::size_t connection, const Answer& answer) {
  if (answer.status != 200) return "a read of a job failed";
  std::size_t at = answer.body.find(kId);
  if (at == std::string_view::npos) return "a job without its id";
  bool same = answer.body.substr(at + kId.size(), kIdSize) == ids_[asked_[connection]];
  return same ? "" : "another job than asked for";
}

Creates::Creates(const Caller& caller, const std::string& path, const std::string& body,
                 std::size_t jobs)
    : request_(request_of(caller, "POST " + path, body)),
      jobs_(jobs),
      is_batch_(path.ends_with("/batches")) {}

bool Creates::next(std::size_t, std::string& request) {
  if (request.empty()) request = request_;
  return true;
}

std::string Creates::check(std::size_t, const Answer& answer) {
  if (answer.status != 201) return "a create was refused";
  if (is_batch_) {
    std::size_t at = answer.body.find(kBatchId);
    if (at == std::string_view::npos) return "a batch without its id";
    batch_ids_.emplace_back(answer.body.substr(at + kBatchId.size(), kIdSize));
  }
  std::size_t found = 0;
  for (std::size_t at = answer.body.find(kId); at != std::string_view::npos;
       at = answer.body.find(kId, at + kIdSize)) {
    at += kId.size();
    if (found++ == 0 || is_batch_) ids_.emplace_back(answer.body.substr(at, kIdSize));
  }
  if (found == jobs_) return "";
  return "created " + std::to_string(found) + " jobs, not " + std::to_string(jobs_);
}

Cancels::Cancels(const Caller& caller, std::vector<std::string> ids, std::size_t jobs, Of of)
    : request_(request_of(
          caller, of == Of::jobs ? "PATCH /api/v2/jobs/*/cancel" : "POST /api/v2/batches/*/cancel",
          "{}")),
      ids_(std::move(ids)),
      jobs_(jobs) {}

bool Cancels::next(std::size_t, std::string& request) {
  if (next_ == ids_.size()) return false;
  request_.put(ids_[next_++], request);
  return true;
}

std::string Cancels::check(std::size_t, const Answer& answer) {
  return check_cancelled(answer, jobs_);
}

Posts::Posts(const Caller& caller, std::vector<std::string> paths)
    : caller_(caller), paths_(std::move(paths)) {}

bool Posts::next(std::size_t, std::string& request) {
  if (next_ == paths_.size()) return false;
  request = request_of(caller_, "POST " + paths_[next_++]);
  return true;
}

std::string Posts::check(std::size_t, const Answer& answer) {
  return answer.status == 200 ? "" : "a command was refused";
}

BulkCancels::BulkCancels(const Caller& caller, const std::vector<std::string>& ids,
                         std::size_t at_once)
    : at_once_(at_once) {
  for (std::size_t first = 0; first + at_once <= ids.size(); first += at_once) {
    std::string body = R"({"jobs":[)";
    for (std::size_t i = first; i < first + at_once; ++i) {
      body += (i > first ? ",\"" : "\"") + ids[i] + '"';
    }
    requests_.push_back(request_of(caller, "POST /api/v2/jobs/cancel", body + "]}"));
  }
}

bool BulkCancels::next(std::size_t, std::string& request) {
  if (next_ == requests_.size()) return false;
  request = std::move(requests_[next_++]);
  return true;
}

std::string BulkCancels::check(std::size_t, const Answer& answer) {
  return check_cancelled(answer, at_once_);
}

}  // namespace jobledger::bench
