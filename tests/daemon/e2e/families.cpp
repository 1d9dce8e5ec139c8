#include "families.h"

#include <stdexcept>

namespace jobledger::daemon::e2e {
namespace {

char letter_of(const Json& job) {
  std::string status = job["status"].text();
  return status == "render:dorender" ? 'r' : status == "manually_cancelled" ? 'c' : status[0];
}

/// The notations of the trees of `root(a b) other`.
std::vector<std::string> trees_in(const std::string& notation) {
  std::vector<std::string> trees(1);
  int depth = 0;
  for (char c : notation) {
    depth += (c == '(') - (c == ')');
    if (c == ' ' && depth == 0) {
      trees.emplace_back();
    } else {
      trees.back() += c;
    }
  }
  return trees;
}

std::string with_tag(const std::string& tree, const std::string& tag) {
  std::size_t end = std::min(tree.find('('), tree.size());
  return tree.substr(0, end) + R"({"tags":")" + tag + R"("})" + tree.substr(end);
}

}  // namespace

Family::Family(const std::string& notation, const std::string& tag)
    : notation_(notation), tag_(tag), model_(notation) {}

FamilyRequest Family::creation() const {
  std::vector<std::string> bodies;
  for (const std::string& tree : trees_in(notation_)) {
    bodies.push_back(tree_body(with_tag(tree, tag_)));
  }
  return {{.kind = Kind::create},
          "POST",
          "/api/v2/batches",
          batch_body(bodies),
          {{"Idempotency-Key", tag_ + "-create"}}};
}

FamilyRequest Family::draw(std::mt19937_64& random) {
  std::lock_guard lock(mutex_);
  ++begun_;
  auto job = static_cast<int>(random() % ids_.size());
  std::uint64_t die = random() % 100;
  if (die < 20) {
    return {{.kind = Kind::get, .job = job}, "GET", "/api/v2/jobs/" + ids_[job], "", {}};
  }
  if (die < 35) return {{.kind = Kind::list}, "GET", "/api/v2/jobs?tags=" + tag_, "", {}};
  if (die < 42) return {{.kind = Kind::batch}, "GET", "/api/v2/batches/" + batch_, "", {}};
  if (die < 68 && !leases_.empty()) return finish_of(leases_[random() % leases_.size()]);
  if (die < 94) return change(Kind::claim, job);
  return change(die < 99 ? Kind::cancel : Kind::cancel_batch, job);
}

FamilyRequest Family::listing(std::uint64_t version) const {
  return {{.kind = Kind::list},
          "GET",
          "/api/v2/jobs?tags=" + tag_ + "&asOf=" + std::to_string(version),
          "",
          {}};
}

FamilyRequest Family::change(Kind kind, int job) {
  Headers key = {{"Idempotency-Key", tag_ + '-' + std::to_string(begun_)}};
  const std::string& id = ids_[static_cast<std::size_t>(job)];
  if (kind == Kind::claim) {
    return {{.kind = kind, .job = job, .claim = ++claims_},
            "POST",
            "/api/v2/worker/claim",
            R"({"jobId":)" + json_text(id) + '}',
            key};
  }
  if (kind == Kind::cancel) {
    return {{.kind = kind, .job = job}, "PATCH", "/api/v2/jobs/" + id + "/cancel", "", key};
  }
  return {{.kind = kind}, "POST", "/api/v2/batches/" + batch_ + "/cancel", "", key};
}

FamilyRequest Family::finish_of(const Lease& lease) {
  Headers key = {{"Idempotency-Key", tag_ + '-' + std::to_string(begun_)}};
  return {{.kind = Kind::finish, .job = lease.job, .claim = lease.claim},
          "POST",
          "/api/v2/worker/jobs/" + ids_[static_cast<std::size_t>(lease.job)] + "/finish",
          R"({"lease":)" + json_text(lease.id) + '}',
          key};
}

void Family::read(FamilyOperation& operation, const Answer& answer) {
  bool may_be_refused = operation.kind == Kind::claim || operation.kind == Kind::finish ||
                        operation.kind == Kind::cancel;
  operation.accepted = answer.status == 200 || answer.status == 201;
  if (!operation.accepted && !(may_be_refused && answer.status == 409)) {
    throw std::runtime_error(to_text(operation) + ": " + answer.head + answer.text);
  }
  if (!operation.accepted) return;
  std::lock_guard lock(mutex_);
  switch (operation.kind) {
    case Kind::create:
      keep_ids(answer.body);
      break;
    case Kind::claim:
      leases_.push_back({operation.job, operation.claim, answer.body["lease"].text()});
      break;
    case Kind::cancel:
      operation.cancelled = places_of(answer.body);
      break;
    case Kind::cancel_batch:
      operation.cancelled = places_of(answer.body["cancelledJobs"]);
      break;
    case Kind::get:
      operation.seen = letter_of(answer.body);
      break;
    case Kind::list:
      operation.seen = letters_of(answer.body, ids_.size());
      break;
    case Kind::batch:
      operation.seen = letters_of(answer.body["jobs"], model_.roots().size());
      break;
    case Kind::finish:
      break;
  }
}

std::string Family::letters_of(const Json& jobs, std::size_t most) const {
  std::string letters(ids_.size(), ' ');
  for (const Json& job : jobs.items()) {
    letters[static_cast<std::size_t>(places_.at(job["id"].text()))] = letter_of(job);
  }
  std::erase(letters, ' ');
  if (letters.size() != most) throw std::runtime_error("not all jobs are told of: " + jobs.dump());
  return letters;
}

std::vector<int> Family::places_of(const Json& jobs) const {
  std::vector<int> places;
  for (const Json& job : jobs.items()) places.push_back(places_.at(job["id"].text()));
  return places;
}

void Family::keep_ids(const Json& created) {
  batch_ = created["batchId"].text();
  const std::vector<std::string> trees = trees_in(notation_);
  for (std::size_t i = 0; i < trees.size(); ++i) {
    Tree tree(trees[i], created["jobs"][static_cast<int>(i)]);
    for (const std::string& name : tree.names()) {
      places_[tree[name]] = static_cast<int>(ids_.size());
      ids_.push_back(tree[name]);
    }
  }
}

void Family::record(FamilyCall call, std::int64_t version) {
  std::lock_guard lock(mutex_);
  history_.push_back(std::move(call));
  versions_.push_back(version);
}

bool Family::is_created() const {
  std::lock_guard lock(mutex_);
  return !ids_.empty();
}

std::size_t Family::begun() const {
  std::lock_guard lock(mutex_);
  return begun_;
}

std::string Family::text() const {
  std::string text = notation_ + '\n';
  for (std::size_t place = 0; place < history_.size(); ++place) {
    const FamilyCall& call = history_[place];
    text += std::to_string(place) + ": " + std::to_string(call.began) + " to " +
            (call.ended ? std::to_string(*call.ended) : "-") + " version " +
            std::to_string(versions_[place]) + ' ' + to_text(call.operation) + '\n';
  }
  return text;
}

}  // namespace jobledger::daemon::e2e
